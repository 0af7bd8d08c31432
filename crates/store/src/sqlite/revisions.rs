//! The axis of knowledge, and which place on it an instant has.

use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::rules::{Moment, Revision};

/// Two commits may be handed over in another order than they were dated, by no more
/// than this. A clock that is set back further begins a run.
const HANDED_OVER_MS: i64 = 1_000;

/// Begins a revision that becomes known at an instant. One a little before the last
/// is counted as known with it; one much before shows that the clock was set back.
pub(crate) fn begin(connection: &Connection, at: Moment) -> Result<Revision> {
    let last = last(connection)?;
    let at = last.map_or(at, |(_, before)| {
        let early = before.ms().saturating_sub(at.ms());
        if (0..=HANDED_OVER_MS).contains(&early) { before } else { at }
    });
    let revision = Revision(last.map_or(1, |(Revision(id), _)| id + 1));
    if last.is_none_or(|(_, before)| at < before) {
        let mut run =
            connection.prepare_cached("INSERT INTO run (first_revision, at) VALUES (?1, ?2)")?;
        run.execute(params![revision, at])?;
    }
    let mut insert = connection.prepare_cached("INSERT INTO revision (id, at) VALUES (?1, ?2)")?;
    insert.execute(params![revision, at])?;
    Ok(revision)
}

fn last(connection: &Connection) -> Result<Option<(Revision, Moment)>> {
    let mut select =
        connection.prepare_cached("SELECT id, at FROM revision ORDER BY id DESC LIMIT 1")?;
    select.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

/// The last revision that was known at an instant; the newest of all where none is
/// given. Of instants that a clock passed twice, the second time counts.
pub(crate) fn by(connection: &Connection, at: Option<Moment>) -> Result<Revision> {
    let Some(at) = at else { return Ok(Revision::MAX) };
    let Some((mut low, mut high)) = run_of(connection, at)? else { return Ok(Revision::NONE) };
    while low < high {
        let middle = low + (high - low + 1) / 2;
        if instant_of(connection, Revision(middle))? <= at {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(Revision(low))
}

/// The first and the last revision of the newest run that had begun at an instant.
fn run_of(connection: &Connection, at: Moment) -> Result<Option<(i64, i64)>> {
    let mut select = connection.prepare_cached(
        "SELECT first_revision,
                ifnull((SELECT min(first_revision) - 1 FROM run AS next
                        WHERE next.first_revision > run.first_revision),
                       (SELECT max(id) FROM revision))
         FROM run WHERE at <= ?1 ORDER BY first_revision DESC LIMIT 1",
    )?;
    select.query_row([at], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

/// When a revision became known.
pub(crate) fn instant_of(connection: &Connection, revision: Revision) -> Result<Moment> {
    let mut select = connection.prepare_cached("SELECT at FROM revision WHERE id = ?1")?;
    select.query_row([revision], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::open;

    fn known(instants: &[i64]) -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let connection = open::for_writing(&folder.path().join("prices.db")).unwrap();
        for at in instants {
            begin(&connection, Moment::from_ms(*at)).unwrap();
        }
        (folder, connection)
    }

    fn by_ms(connection: &Connection, at: i64) -> i64 {
        by(connection, Some(Moment::from_ms(at))).unwrap().0
    }

    const HOUR: i64 = 3_600_000;

    #[test]
    fn an_instant_finds_the_last_revision_known_by_then() {
        let (_folder, connection) = known(&[10, 20, 20, 30]);
        let found = [9, 10, 19, 20, 29, 30, 99].map(|at| by_ms(&connection, at));
        assert_eq!(found, [0, 1, 1, 3, 3, 4, 4]);
        assert_eq!(by(&connection, None).unwrap(), Revision::MAX);
    }

    #[test]
    fn what_was_known_while_the_clock_was_ahead_is_known_after_it_was_set_right() {
        let (_folder, connection) = known(&[0, 10, 24 * HOUR, 20, 30]);
        let found = [10, 19, 20, 30, 24 * HOUR, 25 * HOUR].map(|at| by_ms(&connection, at));
        assert_eq!(found, [2, 2, 4, 5, 5, 5]);
    }

    #[test]
    fn commits_that_overtake_each_other_begin_no_run() {
        let (_folder, connection) = known(&[100, 99, 101]);
        let runs: i64 =
            connection.query_row("SELECT count(*) FROM run", [], |row| row.get(0)).unwrap();
        assert_eq!((runs, by_ms(&connection, 99), by_ms(&connection, 100)), (1, 0, 2));
    }
}

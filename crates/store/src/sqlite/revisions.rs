//! The axis of knowledge, and which place on it an instant has.

use std::cmp::Reverse;

use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::rules::{LONGEST_REQUEST_MS, Moment, Revision};
use crate::sqlite::leaps::{self, Leap};

/// Two commits may be handed over in another order than they were dated, by no more
/// than this. A clock that is set back further begins a run.
const HANDED_OVER_MS: i64 = 1_000;

/// Begins a revision that becomes known at an instant. One a little before the last
/// is counted as known with it. One much before shows that the clock was set back, unless
/// the clock shows `now` that it was not: then it was handed over late.
pub(crate) fn begin(connection: &Connection, at: Moment, now: Moment) -> Result<Revision> {
    let last = last(connection)?;
    let at = last.map_or(at, |(_, before)| {
        let early = before.ms().saturating_sub(at.ms());
        let is_a_little = (0..=HANDED_OVER_MS).contains(&early);
        let is_late = early > LONGEST_REQUEST_MS && now.ms() >= before.ms() - HANDED_OVER_MS;
        if is_a_little || is_late { before } else { at }
    });
    let revision = Revision(last.map_or(1, |(Revision(id), _)| id + 1));
    if last.is_none_or(|(_, before)| at < before) {
        let mut run =
            connection.prepare_cached("INSERT INTO run (first_revision, at) VALUES (?1, ?2)")?;
        run.execute(params![revision, at])?;
    }
    if last.is_some_and(|(_, before)| before.ms() - at.ms() > LONGEST_REQUEST_MS) {
        let mut set_back =
            connection.prepare_cached("INSERT INTO set_back (first_revision) VALUES (?1)")?;
        set_back.execute(params![revision])?;
    }
    let mut insert = connection.prepare_cached("INSERT INTO revision (id, at) VALUES (?1, ?2)")?;
    insert.execute(params![revision, at])?;
    Ok(revision)
}

/// Begins a revision of what is handed over at the instant from which it is known.
pub(crate) fn begin_at(connection: &Connection, at: impl Into<Moment>) -> Result<Revision> {
    let at = at.into();
    begin(connection, at, at)
}

/// How often a clock was set back.
pub(crate) fn times_set_back(connection: &Connection) -> Result<i64> {
    let mut select = connection.prepare_cached("SELECT count(*) FROM set_back")?;
    select.query_row([], |row| row.get(0))
}

/// The first revision since a clock was set back last.
pub(crate) fn first_of_this_clock(connection: &Connection) -> Result<Revision> {
    let mut select =
        connection.prepare_cached("SELECT ifnull(max(first_revision), 0) FROM set_back")?;
    select.query_row([], |row| row.get(0))
}

fn last(connection: &Connection) -> Result<Option<(Revision, Moment)>> {
    let mut select =
        connection.prepare_cached("SELECT id, at FROM revision ORDER BY id DESC LIMIT 1")?;
    select.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

/// The last revision that was known at an instant, beside leaps of the clock that are
/// held. Of instants that a clock showed twice, the second time counts.
pub(crate) fn by(connection: &Connection, held: &[Leap], at: Moment) -> Result<Revision> {
    let runs = runs_begun_by(connection, at)?;
    let Some(&newest) = runs.last() else { return Ok(Revision::NONE) };
    match leaps::over(connection, held, at, newest.0)? {
        Some(leap) => where_shown(connection, &runs, &leap, at),
        None => last_in(connection, newest, at),
    }
}

/// The first and the last revision of a run.
type Run = (i64, i64);

/// The runs that had begun at an instant, oldest first.
fn runs_begun_by(connection: &Connection, at: Moment) -> Result<Vec<Run>> {
    let mut select = connection.prepare_cached(
        "SELECT first_revision,
                ifnull((SELECT min(first_revision) - 1 FROM run AS next
                        WHERE next.first_revision > run.first_revision),
                       (SELECT max(id) FROM revision))
         FROM run WHERE at <= ?1 ORDER BY first_revision",
    )?;
    select.query_map([at], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The last revision known at an instant that the newest run leapt over, in the run that
/// showed it. One that goes on before the end of the leap has; where none does, or several
/// do since answers may come late, it is the one that has the latest before the instant.
fn where_shown(connection: &Connection, runs: &[Run], leap: &Leap, at: Moment) -> Result<Revision> {
    let mut best = (false, Moment::MIN, Reverse(Revision::MAX));
    for &(first, last) in runs.iter().filter(|(first, _)| *first <= leap.last_revision) {
        let found = last_in(connection, (first, last), at)?;
        let next = Revision(found.0 + 1);
        let goes_on = found.0 < last && instant_of(connection, next)? < leap.skipped.end;
        best = best.max((goes_on, instant_of(connection, found)?, Reverse(found)));
    }
    Ok(best.2.0)
}

/// The last revision of a run that was known at an instant after its beginning.
fn last_in(connection: &Connection, (mut low, mut high): Run, at: Moment) -> Result<Revision> {
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

/// When a revision became known.
pub(crate) fn instant_of(connection: &Connection, revision: Revision) -> Result<Moment> {
    let mut select = connection.prepare_cached("SELECT at FROM revision WHERE id = ?1")?;
    select.query_row([revision], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;
    use crate::sqlite::leaps::Held;
    use crate::sqlite::open;

    fn known(instants: &[i64]) -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let connection = open::for_writing(&folder.path().join("prices.db")).unwrap().connection;
        for at in instants {
            begin_at(&connection, Moment::from_ms(*at)).unwrap();
        }
        (folder, connection)
    }

    fn by_ms(connection: &Connection, at: i64) -> i64 {
        by(connection, &[], Moment::from_ms(at)).unwrap().0
    }

    const HOUR: i64 = 3_600_000;

    /// The clock did not show what lies between these two; nothing was known after that.
    fn note(connection: &Connection, skipped: Range<i64>) {
        let skipped = Moment::from_ms(skipped.start)..Moment::from_ms(skipped.end);
        let leap = Held::default().hold(connection, &skipped).unwrap().unwrap();
        leaps::persist(connection, &leap).unwrap();
    }

    #[test]
    fn an_instant_finds_the_last_revision_known_by_then() {
        let (_folder, connection) = known(&[10, 20, 20, 30]);
        let found = [9, 10, 19, 20, 29, 30, 99].map(|at| by_ms(&connection, at));
        assert_eq!(found, [0, 1, 1, 3, 3, 4, 4]);
    }

    #[test]
    fn what_was_known_while_the_clock_was_ahead_is_known_after_it_was_set_right() {
        let (_folder, connection) = known(&[0, 10, 24 * HOUR, 20, 30]);
        let found = [10, 19, 20, 30, 24 * HOUR, 25 * HOUR].map(|at| by_ms(&connection, at));
        assert_eq!(found, [2, 2, 4, 5, 5, 5]);
    }

    #[test]
    fn of_what_the_clock_did_not_show_again_the_first_time_counts() {
        let (_folder, connection) = known(&[0, HOUR, 2 * HOUR, HOUR - 10, HOUR - 5, 2 * HOUR + 40]);
        note(&connection, HOUR..2 * HOUR + 20);
        let asked = [HOUR - 11, HOUR - 10, HOUR, HOUR + 1, 2 * HOUR, 2 * HOUR + 20, 2 * HOUR + 40];
        let found = asked.map(|at| by_ms(&connection, at));
        assert_eq!(found, [1, 4, 5, 2, 3, 5, 6]);
    }

    #[test]
    fn an_answer_that_came_late_over_the_step_does_not_hide_what_was_known_before() {
        let (_folder, connection) = known(&[0, HOUR, 2 * HOUR, HOUR, 2 * HOUR - 5, HOUR + 9]);
        note(&connection, HOUR + 9..3 * HOUR);
        let asked = [HOUR + 8, HOUR + 9, HOUR + 10, 2 * HOUR - 6, 2 * HOUR, 3 * HOUR];
        let found = asked.map(|at| by_ms(&connection, at));
        assert_eq!(found, [4, 6, 2, 2, 3, 6]);
    }

    #[test]
    fn what_the_clock_never_showed_is_known_by_what_was_known_before() {
        let (_folder, connection) = known(&[0, 10, 24 * HOUR]);
        note(&connection, 10..24 * HOUR);
        let found = [10, 20, HOUR, 24 * HOUR].map(|at| by_ms(&connection, at));
        assert_eq!(found, [2, 2, 2, 3]);
        begin_at(&connection, Moment::from_ms(20)).unwrap();
        assert_eq!([15, 20, HOUR].map(|at| by_ms(&connection, at)), [2, 4, 4]);
    }

    #[test]
    fn a_leap_that_is_held_counts_as_one_that_is_stored_and_as_it_was_when_it_was_noticed() {
        let (_folder, connection) = known(&[0, 10, 24 * HOUR]);
        let (held, skipped) = (Held::default(), Moment::from_ms(10)..Moment::from_ms(24 * HOUR));
        held.hold(&connection, &skipped).unwrap();
        begin_at(&connection, Moment::from_ms(24 * HOUR + 10)).unwrap();
        let leap = held.hold(&connection, &skipped).unwrap().unwrap();
        let asked = [10, HOUR, 24 * HOUR, 25 * HOUR].map(Moment::from_ms);
        let found = |held: &[Leap]| asked.map(|at| by(&connection, held, at).unwrap().0);
        let expected = found(&held.all());
        leaps::persist(&connection, &leap).unwrap();
        held.let_go(&leap);
        assert_eq!((held.all(), found(&[]), leap.last_revision), (vec![], expected, 3));
        assert_eq!(expected, [2, 2, 3, 4]);
    }

    #[test]
    fn what_is_handed_over_hours_later_is_known_from_then_on_and_sets_no_clock_back() {
        // The clock was an hour behind for a while, in which nothing could be stored.
        let (_folder, connection) = known(&[0, HOUR, 5 * HOUR, 4 * HOUR]);
        note(&connection, 4 * HOUR + 10..5 * HOUR + 10);
        let (late, now) = (Moment::from_ms(4 * HOUR + 5), Moment::from_ms(5 * HOUR + 20));
        begin_at(&connection, now).unwrap();
        let asked = [HOUR, 4 * HOUR + 5, 4 * HOUR + 30, 5 * HOUR, 5 * HOUR + 20];
        let before = asked.map(|at| by_ms(&connection, at));
        begin(&connection, late, now).unwrap();
        let after = asked.map(|at| by_ms(&connection, at));
        assert_eq!(before, [2, 4, 2, 3, 5]);
        assert_eq!(after, [2, 4, 2, 3, 6], "known from when it was handed over");
        assert_eq!(times_set_back(&connection).unwrap(), 1);
    }

    #[test]
    fn commits_that_overtake_each_other_begin_no_run() {
        let (_folder, connection) = known(&[100, 99, 101]);
        let runs: i64 =
            connection.query_row("SELECT count(*) FROM run", [], |row| row.get(0)).unwrap();
        assert_eq!((runs, by_ms(&connection, 99), by_ms(&connection, 100)), (1, 0, 2));
    }
}

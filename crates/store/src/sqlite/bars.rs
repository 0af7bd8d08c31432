use std::collections::HashMap;

use jiff::Timestamp;
use market::{Bar, Saved, Series};
use rusqlite::{Connection, Result, Row, Rows, params};

use crate::sqlite::columns::{date_of, day, instant, ms, number, price, price_if_any};

/// A stretch that a source answered for, and when.
pub(crate) struct Confirmation {
    pub(crate) received_at: i64,
    pub(crate) first_open: i64,
    pub(crate) last_open: i64,
}

/// Adds each bar that differs from the version in force when it was received.
///
/// Looking at that version rather than the last keeps an answer that arrives
/// late in its place. `later` are the answers received after this one: where
/// one of them told a bar again as it was before, nothing was added then, and
/// that version is added now to stay in force.
pub(crate) fn keep(
    connection: &Connection,
    series_id: i64,
    series: &Series,
    received_at: Timestamp,
    later: &[Confirmation],
) -> Result<Saved> {
    let Some(opens) = opens(series) else { return Ok(Saved::default()) };
    let known = seen_at(connection, series_id, opens, ms(received_at))?;
    let known: HashMap<i64, Seen> = known.into_iter().map(|seen| (seen.open_time, seen)).collect();
    let mut saved = Saved::default();
    for bar in series.bars() {
        let Some(known) = known.get(&ms(bar.open_time)) else {
            add(connection, series_id, &bar, ms(received_at))?;
            saved.new += 1;
            continue;
        };
        let before = known.in_force.map(|version| version.bar);
        if before.is_some_and(|before| is_same(&before, &bar)) {
            continue;
        }
        let added = add(connection, series_id, &bar, ms(received_at))?;
        let Some(before) = before.filter(|_| added) else { continue };
        saved.revised += 1;
        if let Some(again) = told_again(later, &before).filter(|_| !known.was_superseded) {
            add(connection, series_id, &before, again)?;
        }
    }
    Ok(saved)
}

/// When a bar was last told again.
fn told_again(later: &[Confirmation], bar: &Bar) -> Option<i64> {
    let open_time = ms(bar.open_time);
    let spanning = later.iter().filter(|it| (it.first_open..=it.last_open).contains(&open_time));
    spanning.map(|it| it.received_at).max()
}

/// The first and last open time, in milliseconds.
pub(crate) fn opens(series: &Series) -> Option<(i64, i64)> {
    let first = series.get(0)?;
    series.last().map(|last| (ms(first.open_time), ms(last.open_time)))
}

/// Bars between two open times, both included, each in its latest version.
pub(crate) fn latest(
    connection: &Connection,
    series_id: i64,
    opens: (i64, i64),
) -> Result<Vec<Bar>> {
    let versions = as_known(connection, series_id, opens, i64::MAX)?;
    Ok(versions.into_iter().map(|version| version.bar).collect())
}

/// Bars between two open times, both included, each in the version in force at
/// an instant in milliseconds; those not known then are left out.
pub(crate) fn as_known(
    connection: &Connection,
    series_id: i64,
    opens: (i64, i64),
    at: i64,
) -> Result<Vec<Version>> {
    let seen = seen_at(connection, series_id, opens, at)?;
    Ok(seen.into_iter().filter_map(|seen| seen.in_force).collect())
}

/// When the version in force of a bar became known.
pub(crate) fn known_since(
    connection: &Connection,
    series_id: i64,
    open_time: Timestamp,
) -> Result<Timestamp> {
    let mut select = connection
        .prepare_cached("SELECT max(known_at) FROM bar WHERE series_id = ?1 AND open_time = ?2")?;
    select.query_row([series_id, ms(open_time)], |row| instant(row, 0))
}

/// A bar as it was told, and since when it was known so.
#[derive(Clone, Copy)]
pub(crate) struct Version {
    pub(crate) known_at: Timestamp,
    pub(crate) bar: Bar,
}

/// A bar as seen from some instant.
struct Seen {
    open_time: i64,
    /// The version in force then, if there was one.
    in_force: Option<Version>,
    /// Another version came into force later.
    was_superseded: bool,
}

/// One range of the table's key, from its end to its beginning, so that of the
/// versions of a bar the latest comes first.
const STRETCH: &str = "
    SELECT open_time, date, open, high, low, close, adj_close, volume, provisional, known_at
    FROM bar WHERE series_id = ?1 AND open_time BETWEEN ?2 AND ?3
    ORDER BY open_time DESC, known_at DESC";

/// From this many versions of a bar on, looking for the next bar is quicker
/// than stepping over the rest. A day's bar has hundreds where it was asked for
/// every few minutes while it was running.
const VERSIONS_STEPPED_OVER: usize = 8;

/// Every bar in a stretch that has a version, the newest bar first.
fn seen_at(
    connection: &Connection,
    series_id: i64,
    (first, last): (i64, i64),
    at: i64,
) -> Result<Vec<Seen>> {
    let mut select = connection.prepare_cached(STRETCH)?;
    let mut seen = Vec::new();
    let mut go_on_from = Some(last);
    while let Some(last) = go_on_from {
        go_on_from = collect(select.query([series_id, first, last])?, at, &mut seen)?;
    }
    Ok(seen)
}

/// Takes in rows to their end, or until it is better to go on with another
/// query, from the open time returned.
fn collect(mut rows: Rows<'_>, at: i64, bars: &mut Vec<Seen>) -> Result<Option<i64>> {
    let mut stepped_over = 0;
    while let Some(row) = rows.next()? {
        let open_time = row.get(0)?;
        if bars.last().is_none_or(|seen| seen.open_time != open_time) {
            bars.push(Seen { open_time, in_force: None, was_superseded: false });
            stepped_over = 0;
        }
        let seen = bars.last_mut().expect("one was pushed if there was none");
        if row.get::<_, i64>(9)? > at {
            seen.was_superseded = true;
        } else if seen.in_force.is_none() {
            seen.in_force = Some(Version { known_at: instant(row, 9)?, bar: read(row)? });
        } else if stepped_over == VERSIONS_STEPPED_OVER {
            return Ok(Some(open_time - 1));
        } else {
            stepped_over += 1;
        }
    }
    Ok(None)
}

/// Adds a version; false where the same one is there already.
///
/// Two answers received within one millisecond may differ: the second is then
/// said to be known from the next free one.
fn add(connection: &Connection, series_id: i64, bar: &Bar, mut known_at: i64) -> Result<bool> {
    while !insert(connection, series_id, bar, known_at)? {
        if is_same(&version(connection, series_id, bar.open_time, known_at)?, bar) {
            return Ok(false);
        }
        known_at += 1;
    }
    Ok(true)
}

fn insert(connection: &Connection, series_id: i64, bar: &Bar, known_at: i64) -> Result<bool> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO bar (series_id, open_time, known_at, date, open, high, low, close, adj_close,
                          volume, provisional)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT DO NOTHING",
    )?;
    let added = insert.execute(params![
        series_id,
        ms(bar.open_time),
        known_at,
        day(bar.date),
        number(bar.open),
        number(bar.high),
        number(bar.low),
        bar.close.get(),
        number(bar.adj_close),
        bar.volume,
        bar.provisional,
    ])?;
    Ok(added == 1)
}

fn version(
    connection: &Connection,
    series_id: i64,
    open_time: Timestamp,
    known_at: i64,
) -> Result<Bar> {
    let mut select = connection.prepare_cached(
        "SELECT open_time, date, open, high, low, close, adj_close, volume, provisional
         FROM bar WHERE series_id = ?1 AND open_time = ?2 AND known_at = ?3",
    )?;
    select.query_row([series_id, ms(open_time), known_at], read)
}

/// Positions, not names: looking up ten names for each bar takes longer than
/// reading it.
fn read(row: &Row<'_>) -> Result<Bar> {
    Ok(Bar {
        open_time: instant(row, 0)?,
        date: date_of(row, 1)?,
        open: price_if_any(row, 2)?,
        high: price_if_any(row, 3)?,
        low: price_if_any(row, 4)?,
        close: price(row, 5)?,
        adj_close: price_if_any(row, 6)?,
        volume: row.get(7)?,
        provisional: row.get(8)?,
    })
}

/// Whether a bar says what a stored version of it says. The open times are the
/// same to the millisecond, which is what is stored.
fn is_same(stored: &Bar, bar: &Bar) -> bool {
    stored.says_the_same(&Bar { open_time: stored.open_time, ..*bar })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::open;

    #[test]
    fn a_stretch_of_one_series_is_one_range_of_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let store = open::for_writing(&folder.path().join("prices.db")).unwrap();
        let mut explain = store.prepare(&format!("EXPLAIN QUERY PLAN {STRETCH}")).unwrap();
        let steps = explain.query_map([0, 0, 0], |row| row.get("detail")).unwrap();
        let steps: Vec<String> = steps.collect::<Result<_>>().unwrap();
        // One step, so no sorting either.
        let range = "SEARCH bar USING PRIMARY KEY (series_id=? AND open_time>? AND open_time<?)";
        assert_eq!(steps, [range]);
    }
}

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{HistoryQuery, HistoryResult, Saved, Series};
use rusqlite::{Connection, Result};

use crate::sqlite::columns::{day, ms};
use crate::sqlite::ledger::{self, Entry};
use crate::sqlite::{actions, bars, instruments, series};

/// By how much a bar's open time can lie outside its trading date as a day in
/// UTC. Zones account for 14 hours, sessions that begin the evening before for
/// more; reading a little too much costs nothing, as dates decide in the end.
const DATE_SLACK_MS: i64 = 3 * 86_400_000;

/// Keeps an answer's instrument, bars and actions, and notes it in the ledger.
pub(crate) fn keep(connection: &Connection, answer: &HistoryResult) -> Result<Saved> {
    let series_id = series::keep(connection, &answer.series.head, answer.received_at)?;
    keep_in(connection, series_id, answer)
}

/// Keeps an answer as the first of a new basis.
pub(crate) fn rebase(connection: &Connection, answer: &HistoryResult) -> Result<Saved> {
    let series_id = series::rebase(connection, &answer.series.head, answer.received_at)?;
    keep_in(connection, series_id, answer)
}

fn keep_in(connection: &Connection, series_id: i64, answer: &HistoryResult) -> Result<Saved> {
    let source = &answer.series.head.source;
    let received_at = answer.received_at;
    instruments::keep(connection, &answer.instrument, source, received_at)?;
    let symbol = &answer.question.symbol;
    actions::keep(connection, symbol, source, &answer.actions, received_at)?;
    let later = ledger::received_later(connection, series_id, answer)?;
    let saved = bars::keep(connection, series_id, &answer.series, received_at, &later)?;
    ledger::note(connection, series_id, answer)?;
    Ok(saved)
}

/// The last answer to exactly this question.
pub(crate) fn exact(
    connection: &Connection,
    question: &HistoryQuery,
) -> Result<Option<HistoryResult>> {
    let entries = ledger::entries(connection, question, Some(&question.span.to_string()))?;
    let Some(entry) = entries.first() else { return Ok(None) };
    let series = own_bars(connection, entry, (i64::MIN, i64::MAX))?;
    assembled(connection, question, entry, series, entry.dates).map(Some)
}

/// The part between these trading dates of the last answer since some instant
/// that was asked for all of them.
pub(crate) fn covering(
    connection: &Connection,
    question: &HistoryQuery,
    (from, to): (Option<Date>, Date),
    since: Timestamp,
) -> Result<Option<HistoryResult>> {
    let entries = ledger::entries(connection, question, None)?;
    let is_in_force = |entry: &&Entry| !entry.superseded && ms(entry.received_at) >= ms(since);
    let mut in_force = entries.iter().filter(is_in_force);
    let Some(entry) = in_force.find(|entry| entry.covers(from, to)) else { return Ok(None) };
    let series = own_bars(connection, entry, around(from, to))?.between(from, to);
    let dates = entry.dates.map(|dates| common(dates, days(from, to)));
    assembled(connection, question, entry, series, dates).map(Some)
}

/// Bars that other questions brought, of the series asked for last among those
/// that have any between these trading dates.
pub(crate) fn overlapping(
    connection: &Connection,
    question: &HistoryQuery,
    from: Option<Date>,
    to: Date,
) -> Result<Option<HistoryResult>> {
    let entries = ledger::entries(connection, question, None)?;
    let mut tried = HashSet::new();
    for entry in entries.iter().filter(|entry| tried.insert(entry.series_id)) {
        let series = read_series(connection, entry, around(from, to))?.between(from, to);
        let Some(last) = series.last() else { continue };
        let answer = assembled(connection, question, entry, series, Some(days(from, to)))?;
        let received_at = last_confirmed(connection, &entries, entry.series_id, last.open_time)?;
        return Ok(Some(HistoryResult { received_at, ..answer }));
    }
    Ok(None)
}

/// When a source last told us of a bar: in an answer that spans it, or, where
/// the ledger has forgotten that one, when its version in force became known.
fn last_confirmed(
    connection: &Connection,
    entries: &[Entry],
    series_id: i64,
    open_time: Timestamp,
) -> Result<Timestamp> {
    // Of the entries of one series the first is the latest.
    match entries.iter().find(|entry| entry.spans(series_id, ms(open_time))) {
        Some(entry) => Ok(entry.received_at),
        None => bars::known_since(connection, series_id, open_time),
    }
}

/// Bars within the stretch an entry tells of, between these open times.
fn own_bars(connection: &Connection, entry: &Entry, opens: (i64, i64)) -> Result<Series> {
    match entry.opens {
        Some(own) => read_series(connection, entry, common(own, opens)),
        None => Ok(Series::new(entry.head.clone(), Vec::new())),
    }
}

fn read_series(connection: &Connection, entry: &Entry, opens: (i64, i64)) -> Result<Series> {
    Ok(Series::new(entry.head.clone(), bars::latest(connection, entry.series_id, opens)?))
}

/// Puts an answer together from bars and what happened between these dates.
fn assembled(
    connection: &Connection,
    question: &HistoryQuery,
    entry: &Entry,
    series: Series,
    dates: Option<(i64, i64)>,
) -> Result<HistoryResult> {
    let (symbol, source) = (&question.symbol, &entry.head.source);
    let actions = match dates {
        Some(dates) => actions::latest(connection, symbol, source, dates)?,
        None => Vec::new(),
    };
    Ok(HistoryResult {
        question: question.clone(),
        series,
        actions,
        instrument: instruments::of(connection, symbol, source)?,
        session: entry.session,
        received_at: entry.received_at,
        simulated: false,
        superseded: entry.superseded,
    })
}

/// Open times that can belong to bars between these dates.
pub(crate) fn around(from: Option<Date>, to: Date) -> (i64, i64) {
    let midnight = |date| day(date) * 86_400_000;
    let first = from.map_or(i64::MIN, |from| midnight(from) - DATE_SLACK_MS);
    (first, midnight(to) + DATE_SLACK_MS)
}

/// Dates as the days that stand for them in columns.
pub(crate) fn days(from: Option<Date>, to: Date) -> (i64, i64) {
    (from.map_or(i64::MIN, day), day(to))
}

/// What two stretches have in common; it ends before it begins where that is
/// nothing.
fn common(one: (i64, i64), other: (i64, i64)) -> (i64, i64) {
    (one.0.max(other.0), one.1.min(other.1))
}

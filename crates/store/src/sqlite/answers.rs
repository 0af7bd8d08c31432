use jiff::Timestamp;
use market::{HistoryQuery, HistoryResult, Saved, Series};
use rusqlite::{Connection, Result};

use crate::rules::{Dates, Moment, Reading, SeriesId, StoredSeries, ranked};
use crate::sqlite::{actions, bars, instruments, ledger, series};

/// Persists an answer's instrument, bars and actions, and notes it in the ledger.
pub(crate) fn persist(connection: &Connection, answer: &HistoryResult) -> Result<Saved> {
    let series_id = series::persist(connection, &answer.series.head, answer.received_at.into())?;
    persist_in(connection, series_id, answer)
}

/// Persists an answer as the first of a new basis.
pub(crate) fn rebase(connection: &Connection, answer: &HistoryResult) -> Result<Saved> {
    let series_id = series::rebase(connection, &answer.series.head, answer.received_at.into())?;
    persist_in(connection, series_id, answer)
}

fn persist_in(
    connection: &Connection,
    series_id: SeriesId,
    answer: &HistoryResult,
) -> Result<Saved> {
    let source = &answer.series.head.source;
    let received_at = Moment::from(answer.received_at);
    instruments::persist(connection, &answer.instrument, source, received_at)?;
    let symbol = &answer.question.symbol;
    actions::persist(connection, symbol, source, &answer.actions, received_at)?;
    let later = ledger::received_later(connection, series_id, answer)?;
    let saved = bars::persist(connection, series_id, &answer.series, received_at, &later)?;
    ledger::note(connection, series_id, answer)?;
    Ok(saved)
}

/// The last answer to exactly this question.
pub(crate) fn exact(
    connection: &Connection,
    question: &HistoryQuery,
) -> Result<Option<HistoryResult>> {
    let (entries, stored) = (ledger::to(connection, question)?, stored(connection, question)?);
    let ranked = ranked(question, entries, &stored);
    let Some(reading) = Reading::exact(&ranked) else { return Ok(None) };
    answered(connection, question, &reading).map(Some)
}

/// The part between these trading dates of the last answer since some instant
/// that was asked for all of them.
pub(crate) fn covering(
    connection: &Connection,
    question: &HistoryQuery,
    dates: Dates,
    since: Timestamp,
) -> Result<Option<HistoryResult>> {
    let (entries, stored) = (ledger::about(connection, question)?, stored(connection, question)?);
    let ranked = ranked(question, entries, &stored);
    let Some(reading) = Reading::covering(&ranked, dates, since) else { return Ok(None) };
    answered(connection, question, &reading).map(Some)
}

/// Bars that other questions brought, of the series asked for last among those
/// that have any between these trading dates.
pub(crate) fn overlapping(
    connection: &Connection,
    question: &HistoryQuery,
    dates: Dates,
) -> Result<Option<HistoryResult>> {
    let (entries, stored) = (ledger::about(connection, question)?, stored(connection, question)?);
    let ranked = ranked(question, entries, &stored);
    for reading in Reading::overlapping(&ranked, dates) {
        let series = bars_of(connection, &reading)?;
        let Some(last) = series.last() else { continue };
        let received_at = match reading.last_reported(&ranked, last.open_time) {
            Some(received_at) => received_at,
            None => bars::known_since(connection, reading.series_id(), last.open_time)?,
        };
        let answer = assembled(connection, question, &reading, series)?;
        return Ok(Some(HistoryResult { received_at, ..answer }));
    }
    Ok(None)
}

fn stored(connection: &Connection, question: &HistoryQuery) -> Result<Vec<StoredSeries>> {
    series::of(connection, &question.symbol, question.interval)
}

fn answered(
    connection: &Connection,
    question: &HistoryQuery,
    reading: &Reading<'_>,
) -> Result<HistoryResult> {
    let series = bars_of(connection, reading)?;
    assembled(connection, question, reading, series)
}

fn bars_of(connection: &Connection, reading: &Reading<'_>) -> Result<Series> {
    let bars = match reading.open_times() {
        Some(open_times) => bars::latest(connection, reading.series_id(), open_times)?,
        None => Vec::new(),
    };
    Ok(reading.series(bars))
}

/// The answer of these bars, with what happened beside them.
fn assembled(
    connection: &Connection,
    question: &HistoryQuery,
    reading: &Reading<'_>,
    series: Series,
) -> Result<HistoryResult> {
    let (symbol, source) = (&question.symbol, &series.head.source);
    let actions = match reading.actions() {
        Some(dates) => actions::latest(connection, symbol, source, dates)?,
        None => Vec::new(),
    };
    let instrument = instruments::of(connection, symbol, source)?;
    Ok(reading.answer(question, series, actions, instrument))
}

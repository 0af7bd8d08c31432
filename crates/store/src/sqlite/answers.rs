use jiff::Timestamp;
use market::{HistoryQuery, HistoryResult, Interval, Saved, Series, Slot, Speaks, Why};
use rusqlite::{Connection, Result};

use crate::rules::{
    Dates, Entry, Moment, Reading, Revision, SeriesId, Silence, Spoken, StoredSeries, ranked,
    spoken, spoken_ex_dates,
};
use crate::sqlite::bars::InForce;
use crate::sqlite::changes::About;
use crate::sqlite::{actions, bars, changes, instruments, ledger, revisions, series, versions};

/// Persists an answer's instrument, bars and actions, and notes it in the ledger, as
/// one revision.
pub(crate) fn persist(
    connection: &Connection,
    answer: &HistoryResult,
    speaks: Speaks,
    now: Moment,
) -> Result<Saved> {
    let (received_at, since) = begun(connection, answer, now)?;
    let series_id = series::persist(connection, &answer.series.head, received_at, since)?;
    let (spoken, of) = match speaks {
        Speaks::OfItsStretch => (spoken(answer), spoken_ex_dates(answer)),
        Speaks::OfItsBars => (Spoken::default(), None),
    };
    let silence = Silence { of, rebased: false };
    persist_in(connection, series_id, answer, (spoken, silence), since)
}

/// Persists an answer as the first of a new basis.
pub(crate) fn rebase(
    connection: &Connection,
    answer: &HistoryResult,
    now: Moment,
) -> Result<Saved> {
    let (received_at, since) = begun(connection, answer, now)?;
    let head = &answer.series.head;
    let before = series::newest(connection, head)?;
    let series_id = series::rebase(connection, head, received_at, since)?;
    let silence = Silence { of: spoken_ex_dates(answer), rebased: true };
    let saved = persist_in(connection, series_id, answer, (spoken(answer), silence), since)?;
    let Some(before) = before.filter(|it| it.id != series_id) else { return Ok(saved) };
    let dates = bars::ends(connection, before.id)?.into_iter();
    let about = about(answer, Some(head.interval));
    let rebased = dates.map(|date| (date, Why::Rebased));
    let changes = changes::note(connection, about, since, rebased)?.into_iter();
    Ok(Saved { changes: changes.chain(saved.changes).collect(), ..saved })
}

/// Begins the revision that an answer brings, which knows its description.
fn begun(
    connection: &Connection,
    answer: &HistoryResult,
    now: Moment,
) -> Result<(Moment, Revision)> {
    let received_at = Moment::from(answer.received_at);
    let source = &answer.series.head.source;
    instruments::persist(connection, &answer.instrument, source, received_at)?;
    Ok((received_at, revisions::begin(connection, received_at, now)?))
}

/// Whose bars or actions an answer changes.
fn about(answer: &HistoryResult, interval: Option<Interval>) -> About<'_> {
    About { symbol: &answer.query.symbol, interval, source: &answer.series.head.source }
}

fn persist_in(
    connection: &Connection,
    series_id: SeriesId,
    answer: &HistoryResult,
    (spoken, silence): (Spoken, Silence),
    since: Revision,
) -> Result<Saved> {
    let (symbol, source) = (&answer.query.symbol, &answer.series.head.source);
    let received_at = Moment::from(answer.received_at);
    let settled = ledger::overtaking(connection, series_id, symbol, received_at)?;
    let when = (received_at, since);
    let of = actions::Of { symbol, source };
    let turns = if settled.is_empty() {
        actions::persist(connection, of, &answer.actions, silence, when)?
    } else {
        Vec::new()
    };
    let dates = versions::of_turns(source, &turns);
    let changes = changes::note(connection, about(answer, None), since, dates)?;
    let (saved, thin) =
        bars::persist(connection, series_id, &answer.series, (spoken, &settled), when)?;
    ledger::note(connection, answer, &Entry { thin, ..Entry::of(answer, series_id, since) })?;
    let changes = changes.into_iter().chain(saved.changes).collect();
    Ok(Saved { actions: turns.len(), changes, ..saved })
}

/// The last answer to exactly this question by a revision.
pub(crate) fn exact(
    connection: &Connection,
    question: &HistoryQuery,
    by: Revision,
) -> Result<Option<HistoryResult>> {
    let entries = ledger::to(connection, question, by)?;
    let stored = stored(connection, question, by)?;
    let ranked = ranked(question, entries, &stored, by);
    let Some(reading) = Reading::exact(&ranked) else { return Ok(None) };
    answered(connection, question, &reading, by).map(Some)
}

/// The part between these trading dates of the last answer since some instant
/// that was asked for all of them.
pub(crate) fn covering(
    connection: &Connection,
    question: &HistoryQuery,
    dates: Dates,
    since: Timestamp,
    by: Revision,
) -> Result<Option<HistoryResult>> {
    let entries = ledger::about(connection, question, by)?;
    let stored = stored(connection, question, by)?;
    let ranked = ranked(question, entries, &stored, by);
    let Some(reading) = Reading::covering(&ranked, dates, since) else { return Ok(None) };
    answered(connection, question, &reading, by).map(Some)
}

/// Bars that other questions brought, of the series asked for last among those
/// that have any between these trading dates.
pub(crate) fn overlapping(
    connection: &Connection,
    question: &HistoryQuery,
    dates: Dates,
    by: Revision,
) -> Result<Option<HistoryResult>> {
    let entries = ledger::about(connection, question, by)?;
    let stored = stored(connection, question, by)?;
    let ranked = ranked(question, entries, &stored, by);
    for reading in Reading::overlapping(&ranked, dates) {
        let bars = bars_of(connection, &reading, by)?;
        let since = bars.bars.last().map_or(Revision::NONE, |(_, last)| last.since);
        let (newest, withdrawn) = (bars.newest, bars.ended.iter().copied().collect());
        let series = series_of(&reading, bars);
        let Some(last) = series.last() else { continue };
        let last = Slot::of(question.interval, &last);
        let received_at = match reading.last_reported(&ranked, last) {
            Some(received_at) => received_at,
            None => revisions::instant_of(connection, since)?.into(),
        };
        let answer = assembled(connection, question, &reading, (series, newest, withdrawn), by)?;
        return Ok(Some(HistoryResult { received_at, ..answer }));
    }
    Ok(None)
}

fn stored(
    connection: &Connection,
    question: &HistoryQuery,
    by: Revision,
) -> Result<Vec<StoredSeries>> {
    series::of(connection, &question.symbol, question.interval, by)
}

fn answered(
    connection: &Connection,
    question: &HistoryQuery,
    reading: &Reading<'_>,
    by: Revision,
) -> Result<HistoryResult> {
    let bars = bars_of(connection, reading, by)?;
    let before = bars_before(connection, reading, by)?;
    let lacking = before.bars.iter().map(|(slot, _)| *slot);
    let withdrawn = bars.ended.iter().copied().chain(lacking).collect();
    let newest = bars.newest.max(before.newest);
    let series = series_of(reading, bars);
    assembled(connection, question, reading, (series, newest, withdrawn), by)
}

/// Bars that its source told once and that an answer lacks at its beginning.
fn bars_before(connection: &Connection, reading: &Reading<'_>, by: Revision) -> Result<InForce> {
    match reading.slots_before() {
        Some(slots) => bars::in_force(connection, reading.series_id(), slots, by),
        None => Ok(InForce::default()),
    }
}

fn bars_of(connection: &Connection, reading: &Reading<'_>, by: Revision) -> Result<InForce> {
    match reading.slots() {
        Some(slots) => bars::in_force(connection, reading.series_id(), slots, by),
        None => Ok(InForce::default()),
    }
}

fn series_of(reading: &Reading<'_>, bars: InForce) -> Series {
    reading.series(bars.bars.into_iter().map(|(_, version)| version.value).collect())
}

/// The answer of these bars, with what happened beside them.
fn assembled(
    connection: &Connection,
    question: &HistoryQuery,
    reading: &Reading<'_>,
    (series, newest, withdrawn): (Series, Revision, Vec<Slot>),
    by: Revision,
) -> Result<HistoryResult> {
    let of = actions::Of { symbol: &question.symbol, source: &series.head.source };
    let (actions, changed) = match reading.actions() {
        Some(dates) => (
            actions::in_force(connection, of, dates, by)?,
            actions::newest(connection, of, dates, by)?,
        ),
        None => (Vec::new(), Revision::NONE),
    };
    let instrument = instruments::of(connection, (of.symbol, of.source), by)?;
    let when = (by, reading.received_at());
    let askings = ledger::askings(connection, reading.series_id(), of.symbol, when)?;
    let newest = newest.max(changed);
    Ok(reading.answer(question, series, actions, instrument, newest, (askings, withdrawn)))
}

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Action, Answer, Question, Saved, Series, SeriesHead, Session};
use rusqlite::{Connection, Result, Row, params};

use crate::bars::Confirmation;
use crate::columns::{day, instant, ms, session, six};
use crate::{actions, bars, instruments, series};

/// By how much a bar's open time can lie outside its trading date as a day in
/// UTC. Zones account for 14 hours, sessions that begin the evening before for
/// more; reading a little too much costs nothing, as dates decide in the end.
const DATE_SLACK_MS: i64 = 3 * 86_400_000;

/// Keeps an answer's instrument, bars and actions, and notes it in the ledger.
pub(crate) fn keep(connection: &Connection, answer: &Answer) -> Result<Saved> {
    let source = &answer.series.head.source;
    let received_at = answer.received_at;
    instruments::keep(connection, &answer.instrument, source, received_at)?;
    let symbol = &answer.question.symbol;
    actions::keep(connection, symbol, source, &answer.actions, received_at)?;
    let series_id = series::keep(connection, &answer.series.head)?;
    let later = received_later(connection, series_id, answer)?;
    let saved = bars::keep(connection, series_id, &answer.series, received_at, &later)?;
    note(connection, series_id, answer)?;
    Ok(saved)
}

/// The answers of the same series received after this one: hardly ever any.
fn received_later(
    connection: &Connection,
    series_id: i64,
    answer: &Answer,
) -> Result<Vec<Confirmation>> {
    let mut select = connection.prepare_cached(
        "SELECT received_at, first_open, last_open FROM answer
         WHERE symbol = ?1 AND interval = ?2 AND series_id = ?3 AND received_at > ?4 AND bars > 0",
    )?;
    let Question { symbol, interval, .. } = &answer.question;
    let since = ms(answer.received_at);
    let rows =
        select.query_map(params![symbol.as_str(), interval.as_str(), series_id, since], |row| {
            Ok(Confirmation {
                received_at: row.get(0)?,
                first_open: row.get(1)?,
                last_open: row.get(2)?,
            })
        })?;
    rows.collect()
}

/// Notes an answer in the ledger, unless a later one of its source is there.
fn note(connection: &Connection, series_id: i64, answer: &Answer) -> Result<()> {
    let mut replace = connection.prepare_cached(
        "INSERT OR REPLACE INTO answer (symbol, interval, span, source, series_id, received_at,
             bars, first_open, last_open, first_date, last_date,
             pre_start, pre_end, regular_start, regular_end, post_start, post_end)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17
         WHERE NOT EXISTS (SELECT 1 FROM answer WHERE symbol = ?1 AND interval = ?2
                           AND span = ?3 AND source = ?4 AND received_at > ?6)",
    )?;
    let opens = bars::opens(&answer.series);
    let dates = dates(answer);
    let [pre_start, pre_end, start, end, post_start, post_end] = six(answer.session.as_ref());
    replace.execute(params![
        answer.question.symbol.as_str(),
        answer.question.interval.as_str(),
        answer.question.span.to_string(),
        answer.series.head.source.as_str(),
        series_id,
        ms(answer.received_at),
        i64::try_from(answer.series.len()).expect("no series has 2^63 bars"),
        opens.map(|(first, _)| first),
        opens.map(|(_, last)| last),
        dates.map(|(first, _)| first),
        dates.map(|(_, last)| last),
        pre_start,
        pre_end,
        start,
        end,
        post_start,
        post_end,
    ])?;
    Ok(())
}

/// The first and last date of anything in an answer. An action can lie beyond
/// the last bar's date: that of a week is its Monday.
fn dates(answer: &Answer) -> Option<(i64, i64)> {
    let ex_dates = answer.actions.iter().map(|action| action.ex_date);
    let all = || ex_dates.clone().chain(answer.series.dates().iter().copied());
    all().min().zip(all().max()).map(|(first, last)| (day(first), day(last)))
}

/// An entry of the ledger.
struct Entry {
    series_id: i64,
    head: SeriesHead,
    received_at: Timestamp,
    opens: Option<(i64, i64)>,
    dates: Option<(i64, i64)>,
    session: Option<Session>,
}

impl Entry {
    fn read(row: &Row<'_>) -> Result<Self> {
        let pair = |first, last| -> Result<Option<(i64, i64)>> {
            Ok(row.get::<_, Option<i64>>(first)?.zip(row.get(last)?))
        };
        Ok(Self {
            series_id: row.get("series_id")?,
            head: series::head(row)?,
            received_at: instant(row, "received_at")?,
            opens: pair("first_open", "last_open")?,
            dates: pair("first_date", "last_date")?,
            session: session(row)?,
        })
    }

    fn covers(&self, series_id: i64, open_time: i64) -> bool {
        let within = |(first, last): (i64, i64)| (first..=last).contains(&open_time);
        self.series_id == series_id && self.opens.is_some_and(within)
    }
}

/// What the ledger knows of an instrument and interval, latest first; of one
/// span, or of all.
fn entries(connection: &Connection, question: &Question, span: Option<&str>) -> Result<Vec<Entry>> {
    let mut select = connection.prepare_cached(
        "SELECT answer.*, currency, basis
         FROM answer JOIN series ON series.id = answer.series_id
         WHERE answer.symbol = ?1 AND answer.interval = ?2 AND (?3 IS NULL OR span = ?3)
         ORDER BY received_at DESC, answer.source",
    )?;
    let (symbol, interval) = (question.symbol.as_str(), question.interval.as_str());
    select.query_map(params![symbol, interval, span], Entry::read)?.collect()
}

/// The last answer to exactly this question.
pub(crate) fn exact(connection: &Connection, question: &Question) -> Result<Option<Answer>> {
    let entries = entries(connection, question, Some(&question.span.to_string()))?;
    let Some(entry) = entries.first() else { return Ok(None) };
    let series = match entry.opens {
        Some(opens) => read_series(connection, entry, opens)?,
        None => Series::new(entry.head.clone(), Vec::new()),
    };
    let actions = match entry.dates {
        Some(dates) => actions::latest(connection, &question.symbol, &entry.head.source, dates)?,
        None => Vec::new(),
    };
    assembled(connection, question, entry, series, actions).map(Some)
}

/// Bars that other questions brought, of the series asked for last among those
/// that have any between these trading dates.
pub(crate) fn overlapping(
    connection: &Connection,
    question: &Question,
    from: Option<Date>,
    to: Date,
) -> Result<Option<Answer>> {
    let entries = entries(connection, question, None)?;
    let mut tried = HashSet::new();
    for entry in entries.iter().filter(|entry| tried.insert(entry.series_id)) {
        let series = read_series(connection, entry, around(from, to))?.between(from, to);
        let Some(last) = series.last() else { continue };
        let dates = (from.map_or(i64::MIN, day), day(to));
        let source = &entry.head.source;
        let actions = actions::latest(connection, &question.symbol, source, dates)?;
        let answer = assembled(connection, question, entry, series, actions)?;
        let received_at = last_confirmed(connection, &entries, entry.series_id, last.open_time)?;
        return Ok(Some(Answer { received_at, ..answer }));
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
    // The first is the latest.
    match entries.iter().find(|entry| entry.covers(series_id, ms(open_time))) {
        Some(entry) => Ok(entry.received_at),
        None => bars::known_since(connection, series_id, open_time),
    }
}

fn read_series(connection: &Connection, entry: &Entry, opens: (i64, i64)) -> Result<Series> {
    Ok(Series::new(entry.head.clone(), bars::latest(connection, entry.series_id, opens)?))
}

fn assembled(
    connection: &Connection,
    question: &Question,
    entry: &Entry,
    series: Series,
    actions: Vec<Action>,
) -> Result<Answer> {
    Ok(Answer {
        question: question.clone(),
        series,
        actions,
        instrument: instruments::of(connection, &question.symbol, &entry.head.source)?,
        session: entry.session,
        received_at: entry.received_at,
        simulated: false,
    })
}

/// Open times that can belong to bars between these dates.
fn around(from: Option<Date>, to: Date) -> (i64, i64) {
    let midnight = |date| day(date) * 86_400_000;
    let first = from.map_or(i64::MIN, |from| midnight(from) - DATE_SLACK_MS);
    (first, midnight(to) + DATE_SLACK_MS)
}

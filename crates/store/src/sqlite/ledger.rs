//! Which questions were answered, by whom, when, and from which series.

use market::{HistoryQuery, HistoryResult};
use rusqlite::{Connection, Result, Row, ToSql, params};

use crate::rules::{Confirmation, Dates, Entry, OpenTimes, SeriesId, spans};
use crate::sqlite::columns::{date_if_any, day, instant, ms, session, six};

/// Notes an answer, unless a later one of its source to this question is there.
pub(crate) fn note(
    connection: &Connection,
    series_id: SeriesId,
    answer: &HistoryResult,
) -> Result<()> {
    let mut replace = connection.prepare_cached(
        "INSERT OR REPLACE INTO answer (symbol, interval, span, source, series_id, received_at,
             bars, first_open, last_open, first_date, last_date,
             pre_start, pre_end, regular_start, regular_end, post_start, post_end,
             asked_from, asked_to)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19
         WHERE NOT EXISTS (SELECT 1 FROM answer WHERE symbol = ?1 AND interval = ?2
                           AND span = ?3 AND source = ?4 AND received_at > ?6)",
    )?;
    let entry = Entry::of(answer, series_id);
    let [pre_start, pre_end, start, end, post_start, post_end] = six(entry.session.as_ref());
    replace.execute(params![
        answer.question.symbol.as_str(),
        answer.question.interval.as_str(),
        entry.span,
        answer.series.head.source.as_str(),
        series_id.0,
        ms(entry.received_at),
        i64::try_from(entry.bars).expect("no series has 2^63 bars"),
        entry.open_times.map(|it| it.first),
        entry.open_times.map(|it| it.last),
        entry.dates.and_then(|it| it.from()).map(day),
        entry.dates.map(|it| day(it.to())),
        pre_start,
        pre_end,
        start,
        end,
        post_start,
        post_end,
        entry.asked.and_then(|it| it.from()).map(day),
        entry.asked.map(|it| day(it.to())),
    ])?;
    Ok(())
}

/// The answers of the same series received after this one: hardly ever any.
pub(crate) fn received_later(
    connection: &Connection,
    series_id: SeriesId,
    answer: &HistoryResult,
) -> Result<Vec<Confirmation>> {
    let mut select = connection.prepare_cached(
        "SELECT received_at, first_open, last_open FROM answer
         WHERE symbol = ?1 AND interval = ?2 AND series_id = ?3 AND received_at > ?4 AND bars > 0",
    )?;
    let HistoryQuery { symbol, interval, .. } = &answer.question;
    let since = params![symbol.as_str(), interval.as_str(), series_id.0, ms(answer.received_at)];
    let confirmation = |row: &Row<'_>| {
        let open_times = OpenTimes { first: row.get(1)?, last: row.get(2)? };
        Ok(Confirmation { received_at: row.get(0)?, open_times })
    };
    select.query_map(since, confirmation)?.collect()
}

/// The entries that answer exactly this question, and perhaps others that
/// insisted on a source.
pub(crate) fn to(connection: &Connection, question: &HistoryQuery) -> Result<Vec<Entry>> {
    let [span, of_source] = spans(question);
    let (symbol, interval) = (question.symbol.as_str(), question.interval.as_str());
    entries(connection, "span IN (?3, ?4)", params![symbol, interval, span, of_source])
}

/// Every entry about the question's instrument and interval.
pub(crate) fn about(connection: &Connection, question: &HistoryQuery) -> Result<Vec<Entry>> {
    let (symbol, interval) = (question.symbol.as_str(), question.interval.as_str());
    entries(connection, "TRUE", params![symbol, interval])
}

fn entries(connection: &Connection, condition: &str, values: &[&dyn ToSql]) -> Result<Vec<Entry>> {
    let select =
        format!("SELECT * FROM answer WHERE symbol = ?1 AND interval = ?2 AND {condition}");
    connection.prepare_cached(&select)?.query_map(values, read)?.collect()
}

fn read(row: &Row<'_>) -> Result<Entry> {
    let (first_open, last_open): (Option<_>, Option<_>) =
        (row.get("first_open")?, row.get("last_open")?);
    let (first_date, last_date) = (date_if_any(row, "first_date")?, date_if_any(row, "last_date")?);
    let (asked_from, asked_to) = (date_if_any(row, "asked_from")?, date_if_any(row, "asked_to")?);
    Ok(Entry {
        span: row.get("span")?,
        series: SeriesId(row.get("series_id")?),
        received_at: instant(row, "received_at")?,
        bars: usize::try_from(row.get::<_, i64>("bars")?).unwrap_or_default(),
        open_times: first_open.zip(last_open).map(|(first, last)| OpenTimes { first, last }),
        dates: last_date.map(|last| Dates::new(first_date, last)),
        asked: asked_to.map(|to| Dates::new(asked_from, to)),
        session: session(row)?,
    })
}

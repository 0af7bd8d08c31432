//! Which questions were answered, by whom, when, and from which series.

use jiff::Timestamp;
use market::{Asking, HistoryQuery, HistoryResult, Symbol};
use rusqlite::{Connection, OptionalExtension, Result, Row, ToSql, params};

use crate::rules::{Dates, Entry, Moment, Revision, SeriesId, Slots, spans};
use crate::sqlite::columns::{date_if_any, date_of, day, instant, ms, session, six, slot};
use crate::sqlite::revisions;

/// Notes an answer: as another one where it differs from the one before, and else
/// as the same received again. One that was overtaken by an answer to the same
/// question is not noted.
pub(crate) fn note(connection: &Connection, answer: &HistoryResult, entry: &Entry) -> Result<()> {
    let question = question(connection, answer, &entry.span)?;
    let before = last_of(connection, question)?;
    let (received_at, set_back) =
        (Moment::from(entry.received_at), revisions::times_set_back(connection)?);
    match before {
        Some(before) if before.overtook(received_at, set_back) => Ok(()),
        Some(before) if before.says_the_same(entry) => {
            confirm(connection, question, entry.since, received_at)
        }
        _ => add(connection, question, entry),
    }
}

/// The number of a question that a source answered, which is given one where it is new.
pub(crate) fn question(connection: &Connection, answer: &HistoryResult, span: &str) -> Result<i64> {
    let HistoryQuery { symbol, interval, .. } = &answer.query;
    let source = answer.series.head.source.as_str();
    let key = params![symbol.as_str(), interval.as_str(), span, source];
    let mut select = connection.prepare_cached(
        "SELECT id FROM question
         WHERE symbol = ?1 AND interval = ?2 AND span = ?3 AND source = ?4",
    )?;
    if let Some(id) = select.query_row(key, |row| row.get(0)).optional()? {
        return Ok(id);
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO question (symbol, interval, span, source) VALUES (?1, ?2, ?3, ?4)",
    )?;
    insert.insert(key)
}

fn last_of(connection: &Connection, question: i64) -> Result<Option<Entry>> {
    let found = entries(connection, "id = ?1", params![question], Revision::MAX)?;
    Ok(found.into_iter().next())
}

fn confirm(
    connection: &Connection,
    question: i64,
    since: Revision,
    received_at: Moment,
) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO confirmed (question, since, received_at) VALUES (?1, ?2, ?3)",
    )?;
    insert.execute(params![question, since, received_at])?;
    Ok(())
}

fn add(connection: &Connection, question: i64, entry: &Entry) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO answer (question, since, series_id, received_at, bars, first_slot, last_slot,
             first_date, last_date, asked_from, asked_to, thin_from, thin_to,
             pre_start, pre_end, regular_start, regular_end, post_start, post_end)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
             ?18, ?19)",
    )?;
    let [pre_start, pre_end, start, end, post_start, post_end] = six(entry.session.as_ref());
    insert.execute(params![
        question,
        entry.since,
        entry.series.0,
        ms(entry.received_at),
        i64::try_from(entry.bars).expect("no series has 2^63 bars"),
        entry.slots.map(|it| it.first.number()),
        entry.slots.map(|it| it.last.number()),
        entry.dates.and_then(|it| it.from()).map(day),
        entry.dates.map(|it| day(it.to())),
        entry.asked.and_then(|it| it.from()).map(day),
        entry.asked.map(|it| day(it.to())),
        entry.thin.and_then(|it| it.from()).map(day),
        entry.thin.map(|it| day(it.to())),
        pre_start,
        pre_end,
        start,
        end,
        post_start,
        post_end,
    ])?;
    Ok(())
}

/// The slots that answers of the same series spoke for which overtook this one:
/// hardly ever any.
pub(crate) fn overtaking(
    connection: &Connection,
    series_id: SeriesId,
    symbol: &Symbol,
    received_at: Moment,
) -> Result<Vec<Slots>> {
    let about = params![symbol.as_str()];
    let entries = entries(connection, "symbol = ?1", about, Revision::MAX)?;
    let set_back = revisions::times_set_back(connection)?;
    let overtook =
        |entry: &Entry| entry.series == series_id && entry.overtook(received_at, set_back);
    Ok(entries.into_iter().filter(overtook).filter_map(|entry| entry.slots).collect())
}

/// The entries that answer exactly this question, and perhaps others that
/// insisted on a source, as they stood at a revision.
pub(crate) fn to(
    connection: &Connection,
    question: &HistoryQuery,
    by: Revision,
) -> Result<Vec<Entry>> {
    let [span, of_source] = spans(question);
    let (symbol, interval) = (question.symbol.as_str(), question.interval.as_str());
    let key = params![symbol, interval, span, of_source];
    entries(connection, "symbol = ?1 AND interval = ?2 AND span IN (?3, ?4)", key, by)
}

/// Every entry about the question's instrument and interval, as it stood at a
/// revision.
pub(crate) fn about(
    connection: &Connection,
    question: &HistoryQuery,
    by: Revision,
) -> Result<Vec<Entry>> {
    let (symbol, interval) = (question.symbol.as_str(), question.interval.as_str());
    entries(connection, "symbol = ?1 AND interval = ?2", params![symbol, interval], by)
}

/// Which days of a series its source had been asked for by a revision, and when. Of
/// each question the first answer, and the last ones that came long enough before an
/// instant to be another look.
pub(crate) fn askings(
    connection: &Connection,
    series_id: SeriesId,
    symbol: &Symbol,
    (by, before): (Revision, Timestamp),
) -> Result<Vec<Asking>> {
    let until = |apart| before.saturating_sub(apart).map_or(i64::MIN, Timestamp::as_millisecond);
    let [hour, day] = [Asking::APART_IN_A_DAY, Asking::APART_IN_DAYS].map(until);
    let mut found = Vec::new();
    for (order, until) in [("ASC", i64::MAX), ("DESC", hour), ("DESC", day)] {
        let mut select = connection.prepare_cached(&format!(
            "SELECT asked_from, asked_to, thin_from, thin_to, received_at
             FROM question JOIN answer ON question = id AND since = (
                 SELECT since FROM answer
                 WHERE question = question.id AND series_id = ?2 AND since <= ?3
                   AND asked_to IS NOT NULL AND received_at <= ?4
                 ORDER BY since {order} LIMIT 1)
             WHERE symbol = ?1",
        ))?;
        let of = params![symbol.as_str(), series_id.0, by, until];
        found.extend(select.query_map(of, asking)?.collect::<Result<Vec<_>>>()?);
    }
    Ok(found)
}

fn asking(row: &Row<'_>) -> Result<Asking> {
    let to = date_of(row, "asked_to")?;
    let from = date_if_any(row, "asked_from")?;
    let thin = thin(row)?.map(Dates::outer);
    Ok(Asking { from, to, at: instant(row, "received_at")?, thin })
}

/// The last answer to each of some questions by a revision, and when it was received
/// last.
fn entries(
    connection: &Connection,
    condition: &str,
    values: &[&dyn ToSql],
    by: Revision,
) -> Result<Vec<Entry>> {
    let by_number = values.len() + 1;
    let select = format!(
        "SELECT span, answer.*,
                (SELECT count(*) FROM set_back
                 WHERE first_revision <= ifnull(
                           (SELECT max(confirmed.since) FROM confirmed
                            WHERE confirmed.question = answer.question
                              AND confirmed.since BETWEEN answer.since AND ?{by_number}),
                           answer.since)) AS set_back,
                (SELECT received_at FROM confirmed
                 WHERE confirmed.question = answer.question
                   AND confirmed.since BETWEEN answer.since AND ?{by_number}
                 ORDER BY confirmed.since DESC LIMIT 1) AS confirmed_at
         FROM question JOIN answer ON answer.question = question.id AND answer.since =
              (SELECT max(since) FROM answer AS last
               WHERE last.question = question.id AND last.since <= ?{by_number})
         WHERE {condition}"
    );
    let values: Vec<&dyn ToSql> = values.iter().copied().chain([&by as &dyn ToSql]).collect();
    connection.prepare_cached(&select)?.query_map(values.as_slice(), read)?.collect()
}

fn slots(row: &Row<'_>) -> Result<Slots> {
    Ok(Slots { first: slot(row, "first_slot")?, last: slot(row, "last_slot")? })
}

/// The days of which an answer says nothing.
fn thin(row: &Row<'_>) -> Result<Option<Dates>> {
    let (from, to) = (date_if_any(row, "thin_from")?, date_if_any(row, "thin_to")?);
    Ok(to.map(|to| Dates::new(from, to)))
}

fn read(row: &Row<'_>) -> Result<Entry> {
    let is_empty = row.get::<_, i64>("bars")? == 0;
    let (first_date, last_date) = (date_if_any(row, "first_date")?, date_if_any(row, "last_date")?);
    let (asked_from, asked_to) = (date_if_any(row, "asked_from")?, date_if_any(row, "asked_to")?);
    let confirmed_at: Option<Moment> = row.get("confirmed_at")?;
    let first_received_at = instant(row, "received_at")?;
    Ok(Entry {
        span: row.get("span")?,
        series: SeriesId(row.get("series_id")?),
        since: row.get("since")?,
        received_at: confirmed_at.map_or(first_received_at, Timestamp::from),
        first_received_at,
        set_back: row.get("set_back")?,
        bars: usize::try_from(row.get::<_, i64>("bars")?).unwrap_or_default(),
        slots: if is_empty { None } else { Some(slots(row)?) },
        dates: last_date.map(|last| Dates::new(first_date, last)),
        asked: asked_to.map(|to| Dates::new(asked_from, to)),
        session: session(row)?,
        thin: thin(row)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::open;

    #[test]
    fn the_last_answer_of_a_question_is_found_without_reading_those_before() {
        let folder = tempfile::tempdir().unwrap();
        let store = open::for_writing(&folder.path().join("prices.db")).unwrap().connection;
        let question = "symbol = ?1 AND interval = ?2 AND span IN (?3, ?4)";
        let nothing = entries(&store, question, params!["", "", "", ""], Revision::MAX).unwrap();
        assert!(nothing.is_empty());
        let plan = store.prepare(
            "EXPLAIN QUERY PLAN SELECT max(since) FROM answer WHERE question = 1 AND since <= 9",
        );
        let mut plan = plan.unwrap();
        let steps: Vec<String> =
            plan.query_map([], |row| row.get("detail")).unwrap().map(Result::unwrap).collect();
        assert_eq!(steps, ["SEARCH answer USING PRIMARY KEY (question=? AND since<?)"]);
    }
}

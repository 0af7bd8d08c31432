//! What was known of history and holds no more.

use jiff::civil::Date;
use market::{Change, ChangesQuery, Interval, Source, Symbol, Why};
use rusqlite::{Connection, Result, Row, params};

use crate::rules::{Moment, Revision, by_why};
use crate::sqlite::columns::{date_of, day, instant, word, word_if_any};
use crate::sqlite::revisions;
use crate::sqlite::snapshot::Snapshot;

/// Whose bars, or, without an interval, actions.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) symbol: &'a Symbol,
    pub(crate) interval: Option<Interval>,
    pub(crate) source: &'a Source,
}

/// Notes what a revision changes, by the dates that it concerns.
pub(crate) fn note(
    connection: &Connection,
    about: About<'_>,
    since: Revision,
    dates: impl IntoIterator<Item = (Date, Why)>,
) -> Result<Vec<Change>> {
    let changes = by_why(dates).into_iter();
    changes.map(|change| insert(connection, about, since, change)).collect()
}

fn insert(
    connection: &Connection,
    About { symbol, interval, source }: About<'_>,
    since: Revision,
    (why, first, last): (Why, Date, Date),
) -> Result<Change> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO change (since, symbol, interval, source, first_date, last_date, why)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let number = insert.insert(params![
        since,
        symbol.as_str(),
        interval.map(Interval::as_str),
        source.as_str(),
        day(first),
        day(last),
        why.as_str(),
    ])?;
    let at = revisions::instant_of(connection, since)?.into();
    let (symbol, source) = (symbol.clone(), source.clone());
    Ok(Change { number: number.unsigned_abs(), at, symbol, interval, source, first, last, why })
}

/// The changes asked for, oldest first.
pub(crate) fn of(snapshot: &Snapshot<'_>, query: &ChangesQuery) -> Result<Vec<Change>> {
    // A revision of that instant may have come after the reader's copy.
    let before = Moment::from_ms(Moment::from(query.since).ms().saturating_sub(1));
    let known = snapshot.by(Some(before))?;
    let mut select = snapshot.prepare_cached(
        "SELECT number, revision.at AS at, symbol, interval, source, first_date, last_date, why
         FROM change JOIN revision ON revision.id = change.since
         WHERE since > ?1 AND number > ?2 AND (?3 IS NULL OR symbol = ?3)
         ORDER BY number LIMIT ?4",
    )?;
    let after = i64::try_from(query.after).unwrap_or(i64::MAX);
    let most = i64::try_from(query.most).unwrap_or(i64::MAX);
    let symbol = query.symbol.as_ref().map(Symbol::as_str);
    select.query_map(params![known, after, symbol, most], read)?.collect()
}

fn read(row: &Row<'_>) -> Result<Change> {
    Ok(Change {
        number: row.get::<_, i64>("number")?.unsigned_abs(),
        at: instant(row, "at")?,
        symbol: word(row, "symbol", |text| text.parse().ok())?,
        interval: word_if_any(row, "interval", |text| text.parse().ok())?,
        source: Source::new(&row.get::<_, String>("source")?),
        first: date_of(row, "first_date")?,
        last: date_of(row, "last_date")?,
        why: word(row, "why", Why::from_name)?,
    })
}

use market::{Basis, Interval, SeriesHead, Source, Symbol};
use rusqlite::{Connection, Result, Row, params};

use crate::rules::{Moment, Revision, SeriesId, StoredSeries, in_force};
use crate::sqlite::columns::{word, word_if_any};
use crate::sqlite::revisions;

/// Every series of an instrument and interval that had begun by a revision.
pub(crate) fn of(
    connection: &Connection,
    symbol: &Symbol,
    interval: Interval,
    by: Revision,
) -> Result<Vec<StoredSeries>> {
    let mut select = connection.prepare_cached(
        "SELECT id, symbol, interval, source, currency, basis, rebased_at, since
         FROM series WHERE symbol = ?1 AND interval = ?2 AND since <= ?3",
    )?;
    select.query_map(params![symbol.as_str(), interval.as_str(), by], read)?.collect()
}

/// The series in which an answer belongs that was received at an instant. The
/// first one of its kind is added where there is none.
pub(crate) fn persist(
    connection: &Connection,
    head: &SeriesHead,
    received_at: Moment,
    since: Revision,
) -> Result<SeriesId> {
    let stored = of(connection, &head.symbol, head.interval, Revision::MAX)?;
    // One that was overtaken by the first there is must not come after it.
    let is_first = stored.iter().all(|it| it.head != *head);
    let since = if is_first { since } else { Revision::NONE };
    let when = (received_at, revisions::first_of_this_clock(connection)?);
    in_force(&stored, head, when).map_or_else(|| add(connection, head, None, since), Ok)
}

/// The series whose basis was revealed by an answer received at an instant, which
/// is added where it is new. Those before it stay as they are.
pub(crate) fn rebase(
    connection: &Connection,
    head: &SeriesHead,
    received_at: Moment,
    since: Revision,
) -> Result<SeriesId> {
    let newest = newest(connection, head)?;
    let known = newest.filter(|it| it.rebased_at == Some(received_at)).map(|it| it.id);
    known.map_or_else(|| add(connection, head, Some(received_at), since), Ok)
}

/// The series of this head that is in force.
pub(crate) fn newest(connection: &Connection, head: &SeriesHead) -> Result<Option<StoredSeries>> {
    let stored = of(connection, &head.symbol, head.interval, Revision::MAX)?;
    Ok(stored.into_iter().filter(|it| it.head == *head).max_by_key(|it| it.since))
}

fn add(
    connection: &Connection,
    head: &SeriesHead,
    rebased_at: Option<Moment>,
    since: Revision,
) -> Result<SeriesId> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO series (symbol, interval, source, currency, basis, rebased_at, since)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let id = insert.insert(params![
        head.symbol.as_str(),
        head.interval.as_str(),
        head.source.as_str(),
        head.currency.as_ref().map(market::Currency::as_str),
        head.basis.as_str(),
        rebased_at,
        since,
    ])?;
    Ok(SeriesId(id))
}

fn read(row: &Row<'_>) -> Result<StoredSeries> {
    Ok(StoredSeries {
        id: SeriesId(row.get("id")?),
        head: head(row)?,
        rebased_at: row.get("rebased_at")?,
        since: row.get("since")?,
    })
}

fn head(row: &Row<'_>) -> Result<SeriesHead> {
    Ok(SeriesHead {
        symbol: word(row, "symbol", |text| text.parse().ok())?,
        interval: word(row, "interval", |text| text.parse().ok())?,
        source: Source::new(&row.get::<_, String>("source")?),
        currency: word_if_any(row, "currency", |text| text.parse().ok())?,
        basis: word(row, "basis", Basis::from_name)?,
    })
}

use market::{Basis, HistoryQuery, Interval, SeriesHead, Source, Symbol};
use rusqlite::{Connection, Result, Row, params};

use crate::rules::{KnownSeries, Moment, SeriesId, StoredSeries, begun_at, in_force};
use crate::sqlite::columns::{word, word_if_any};

/// Every series of an instrument and interval.
pub(crate) fn of(
    connection: &Connection,
    symbol: &Symbol,
    interval: Interval,
) -> Result<Vec<StoredSeries>> {
    let mut select = connection.prepare_cached(
        "SELECT id, symbol, interval, source, currency, basis, rebased_at
         FROM series WHERE symbol = ?1 AND interval = ?2",
    )?;
    select.query_map(params![symbol.as_str(), interval.as_str()], read)?.collect()
}

/// The series in which an answer belongs that was received at an instant. The
/// first one of its kind is added where there is none.
pub(crate) fn persist(connection: &Connection, head: &SeriesHead, at: Moment) -> Result<SeriesId> {
    let stored = of(connection, &head.symbol, head.interval)?;
    in_force(&stored, head, at).map_or_else(|| add(connection, head, None), Ok)
}

/// The series whose basis begins at an instant, which is added where it is new.
/// Those before it stay as they are.
pub(crate) fn rebase(connection: &Connection, head: &SeriesHead, at: Moment) -> Result<SeriesId> {
    let stored = of(connection, &head.symbol, head.interval)?;
    begun_at(&stored, head, at).map_or_else(|| add(connection, head, Some(at)), Ok)
}

fn add(connection: &Connection, head: &SeriesHead, rebased_at: Option<Moment>) -> Result<SeriesId> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO series (symbol, interval, source, currency, basis, rebased_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let id = insert.insert(params![
        head.symbol.as_str(),
        head.interval.as_str(),
        head.source.as_str(),
        head.currency.as_ref().map(market::Currency::as_str),
        head.basis.as_str(),
        rebased_at,
    ])?;
    Ok(SeriesId(id))
}

/// A source's series. The newest bar of an instant is looked for from then back,
/// not from the end. A bar that was known earlier only has no say.
const KNOWN: &str = "
    SELECT id, symbol, interval, source, currency, basis, rebased_at,
           (SELECT known_at FROM bar
            WHERE series_id = series.id AND open_time <= ?4 AND known_at <= ?4
            ORDER BY open_time DESC, known_at DESC LIMIT 1) AS newest_known_at
    FROM series WHERE symbol = ?1 AND interval = ?2 AND source = ?3";

/// A source's series of the instrument and interval asked about, each with when
/// its newest bar of an instant became known.
pub(crate) fn as_known(
    connection: &Connection,
    question: &HistoryQuery,
    source: &Source,
    at: Moment,
) -> Result<Vec<KnownSeries>> {
    let mut select = connection.prepare_cached(KNOWN)?;
    let known = |row: &Row<'_>| {
        Ok(KnownSeries { stored: read(row)?, newest_known_at: row.get("newest_known_at")? })
    };
    let (symbol, interval) = (question.symbol.as_str(), question.interval.as_str());
    select.query_map(params![symbol, interval, source.as_str(), at], known)?.collect()
}

fn read(row: &Row<'_>) -> Result<StoredSeries> {
    Ok(StoredSeries {
        id: SeriesId(row.get("id")?),
        head: head(row)?,
        rebased_at: row.get("rebased_at")?,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::open;

    #[test]
    fn to_order_series_none_is_read_through() {
        let folder = tempfile::tempdir().unwrap();
        let store = open::for_writing(&folder.path().join("prices.db")).unwrap();
        let mut explain = store.prepare(&format!("EXPLAIN QUERY PLAN {KNOWN}")).unwrap();
        let steps = explain.query_map(["", "", "", ""], |row| row.get("detail")).unwrap();
        let steps: Vec<String> = steps.collect::<Result<_>>().unwrap();
        let plan = steps.join("\n");
        assert!(
            plan.contains("SEARCH bar USING PRIMARY KEY (series_id=? AND open_time<?)"),
            "{plan}"
        );
        // The bars of one series are read in the order of their key.
        assert!(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "{plan}");
    }
}

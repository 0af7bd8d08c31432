use jiff::Timestamp;
use market::{Basis, SeriesHead, Source};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use crate::sqlite::columns::{ms, word, word_if_any};

/// The number of the series with this head that was told at an instant; the
/// first one is added where there is none.
pub(crate) fn keep(connection: &Connection, head: &SeriesHead, at: Timestamp) -> Result<i64> {
    if let Some(id) = told_at(connection, head, at).optional()? {
        return Ok(id);
    }
    add(connection, head, None)?;
    Ok(connection.last_insert_rowid())
}

/// The number of the series with this head that is told from an instant on,
/// which is added where it is new. Those before it keep what they have.
pub(crate) fn rebase(connection: &Connection, head: &SeriesHead, at: Timestamp) -> Result<i64> {
    add(connection, head, Some(ms(at)))?;
    told_at(connection, head, at)
}

fn add(connection: &Connection, head: &SeriesHead, rebased_at: Option<i64>) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO series (symbol, interval, source, currency, basis, rebased_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO NOTHING",
    )?;
    insert.execute(params![
        head.symbol.as_str(),
        head.interval.as_str(),
        head.source.as_str(),
        head.currency.as_ref().map(market::Currency::as_str),
        head.basis.as_str(),
        rebased_at,
    ])?;
    Ok(())
}

fn told_at(connection: &Connection, head: &SeriesHead, at: Timestamp) -> Result<i64> {
    let mut select = connection.prepare_cached(
        "SELECT id FROM series
         WHERE symbol = ?1 AND interval = ?2 AND source = ?3
           AND ifnull(currency, '') = ?4 AND basis = ?5
           AND ifnull(rebased_at <= ?6, TRUE)
         ORDER BY rebased_at DESC NULLS LAST LIMIT 1",
    )?;
    select.query_row(
        params![
            head.symbol.as_str(),
            head.interval.as_str(),
            head.source.as_str(),
            head.currency.as_ref().map_or("", market::Currency::as_str),
            head.basis.as_str(),
            ms(at),
        ],
        |row| row.get(0),
    )
}

/// Reads a head from a row that has the columns of `series`.
pub(crate) fn head(row: &Row<'_>) -> Result<SeriesHead> {
    Ok(SeriesHead {
        symbol: word(row, "symbol", |text| text.parse().ok())?,
        interval: word(row, "interval", |text| text.parse().ok())?,
        source: Source::new(&row.get::<_, String>("source")?),
        currency: word_if_any(row, "currency", |text| text.parse().ok())?,
        basis: word(row, "basis", Basis::from_name)?,
    })
}

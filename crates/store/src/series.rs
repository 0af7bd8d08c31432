use market::{Basis, SeriesHead, Source};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use crate::columns::{word, word_if_any};

/// The number of the series with this head, which is added where it is new.
pub(crate) fn keep(connection: &Connection, head: &SeriesHead) -> Result<i64> {
    if let Some(id) = find(connection, head)? {
        return Ok(id);
    }
    connection
        .prepare_cached(
            "INSERT INTO series (symbol, interval, source, currency, basis)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .insert(params![
            head.symbol.as_str(),
            head.interval.as_str(),
            head.source.as_str(),
            head.currency.as_ref().map(market::Currency::as_str),
            head.basis.as_str(),
        ])
}

fn find(connection: &Connection, head: &SeriesHead) -> Result<Option<i64>> {
    connection
        .prepare_cached(
            "SELECT id FROM series
             WHERE symbol = ?1 AND interval = ?2 AND source = ?3
               AND ifnull(currency, '') = ?4 AND basis = ?5",
        )?
        .query_row(
            params![
                head.symbol.as_str(),
                head.interval.as_str(),
                head.source.as_str(),
                head.currency.as_ref().map_or("", market::Currency::as_str),
                head.basis.as_str(),
            ],
            |row| row.get(0),
        )
        .optional()
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

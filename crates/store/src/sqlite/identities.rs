//! What instruments are called elsewhere, by standards.

use std::str::FromStr;

use market::{Figi, Identity, Isin, Symbol};
use rusqlite::{Connection, Result, Row, params};

use crate::sqlite::columns::{word, word_if_any};

/// Persists these, each in the place of what is there of its symbol.
pub(crate) fn persist(connection: &Connection, brought: &[Identity]) -> Result<()> {
    let mut upsert = connection.prepare_cached(
        "INSERT OR REPLACE INTO identity
            (symbol, isin, mic, figi, composite_figi, share_class_figi)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for it in brought {
        let figi = |figi: &Option<Figi>| figi.as_ref().map(|figi| figi.as_str().to_owned());
        upsert.execute(params![
            it.symbol.as_str(),
            it.isin.as_ref().map(Isin::as_str),
            it.mic,
            figi(&it.figi),
            figi(&it.composite_figi),
            figi(&it.share_class_figi),
        ])?;
    }
    Ok(())
}

/// All of them, by symbol.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Identity>> {
    let mut select = connection.prepare_cached("SELECT * FROM identity ORDER BY symbol")?;
    select.query_map([], read)?.collect()
}

fn read(row: &Row<'_>) -> Result<Identity> {
    Ok(Identity {
        symbol: word(row, "symbol", |text| text.parse::<Symbol>().ok())?,
        isin: if_any(row, "isin")?,
        mic: row.get::<_, Option<String>>("mic")?.map(Into::into),
        figi: if_any(row, "figi")?,
        composite_figi: if_any(row, "composite_figi")?,
        share_class_figi: if_any(row, "share_class_figi")?,
    })
}

fn if_any<T: FromStr>(row: &Row<'_>, column: &str) -> Result<Option<T>> {
    word_if_any(row, column, |text| text.parse().ok())
}

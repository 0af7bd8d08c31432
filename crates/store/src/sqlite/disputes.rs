//! Which histories are disputed, and were.

use market::{Dispute, Source, Symbol};
use rusqlite::{Connection, Result, params};

use crate::rules::{Moment, Revision};
use crate::sqlite::columns::{instant, word};
use crate::sqlite::revisions;

/// Persists that a history is disputed from its instant on, or is no more.
pub(crate) fn persist(connection: &Connection, dispute: &Dispute) -> Result<()> {
    let since = revisions::begin(connection, Moment::from(dispute.since))?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO dispute (symbol, interval, source, since, factor) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    insert.execute(params![
        dispute.symbol.as_str(),
        dispute.interval.as_str(),
        dispute.source.as_str(),
        since,
        dispute.factor,
    ])?;
    Ok(())
}

/// The disputes at a revision, of one instrument or of all.
pub(crate) fn at(
    connection: &Connection,
    symbol: Option<&Symbol>,
    by: Revision,
) -> Result<Vec<Dispute>> {
    let mut select = connection.prepare_cached(
        "SELECT symbol, interval, source, factor, at
         FROM dispute JOIN revision ON id = since
         WHERE symbol = ifnull(?1, symbol) AND factor IS NOT NULL
           AND since = (SELECT max(since) FROM dispute AS last
                        WHERE (last.symbol, last.interval, last.source)
                            = (dispute.symbol, dispute.interval, dispute.source)
                          AND last.since <= ?2)",
    )?;
    let found = select.query_map(params![symbol.map(Symbol::as_str), by], |row| {
        Ok(Dispute {
            symbol: word(row, "symbol", |text| text.parse().ok())?,
            interval: word(row, "interval", |text| text.parse().ok())?,
            source: Source::new(&row.get::<_, String>("source")?),
            factor: row.get("factor")?,
            since: instant(row, "at")?,
        })
    })?;
    found.collect()
}

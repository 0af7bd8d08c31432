//! When disputes begin and end, of prices as they are shown and of histories.

use jiff::Timestamp;
use market::{Differs, Dispute, DisputedClose, Outcome, Shown, Source, Symbol};
use rusqlite::{Connection, Result, Row, params};

use crate::rules::{Revision, disputed_by, outcome};
use crate::sqlite::columns::{date_if_any, day, instant, price, word};
use crate::sqlite::revisions;

/// Persists that a history is disputed from its instant on.
pub(crate) fn begin(connection: &Connection, dispute: &Dispute) -> Result<()> {
    let since = revisions::begin_at(connection, dispute.since)?;
    end_at(connection, dispute, (since, Outcome::Neither))?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO disputed
            (symbol, interval, source, factor, date, close, against, against_close, currency, since)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let close = dispute.differs.close();
    insert.execute(params![
        dispute.symbol.as_str(),
        dispute.interval.as_str(),
        dispute.source.as_str(),
        dispute.differs.factor(),
        close.map(|it| day(it.date)),
        close.map(|it| it.close.get()),
        close.map(|it| it.against.as_str()),
        close.map(|it| it.against_close.get()),
        close.map(|it| it.currency.as_str()),
        since,
    ])?;
    Ok(())
}

/// Persists that a history is disputed no more.
pub(crate) fn end(
    connection: &Connection,
    dispute: &Dispute,
    at: Timestamp,
    outcome: Outcome,
) -> Result<()> {
    let until = revisions::begin_at(connection, at)?;
    end_at(connection, dispute, (until, outcome))
}

fn end_at(
    connection: &Connection,
    dispute: &Dispute,
    (until, outcome): (Revision, Outcome),
) -> Result<()> {
    let mut update = connection.prepare_cached(
        "UPDATE disputed SET until = ?4, outcome = ?5
         WHERE symbol = ?1 AND interval = ?2 AND source = ?3 AND until IS NULL
           AND date IS ?6 AND against IS ?7",
    )?;
    let close = dispute.differs.close();
    update.execute(params![
        dispute.symbol.as_str(),
        dispute.interval.as_str(),
        dispute.source.as_str(),
        until,
        outcome.as_str(),
        close.map(|it| day(it.date)),
        close.map(|it| it.against.as_str()),
    ])?;
    Ok(())
}

/// Notes where what is shown from a revision on begins a dispute, or ends one.
pub(crate) fn note(
    connection: &Connection,
    before: Option<&Shown>,
    now: &Shown,
    at: Revision,
) -> Result<()> {
    let disputed = before.filter(|before| disputed_by(before).is_some());
    match (disputed, disputed_by(now)) {
        (None, Some(_)) => {
            let mut insert = connection
                .prepare_cached("INSERT INTO disputed (symbol, since) VALUES (?1, ?2)")?;
            insert.execute(params![now.symbol.as_str(), at])?;
        }
        (Some(last), None) => {
            let mut update = connection.prepare_cached(
                "UPDATE disputed SET until = ?2, outcome = ?3
                 WHERE symbol = ?1 AND interval IS NULL AND until IS NULL",
            )?;
            update.execute(params![now.symbol.as_str(), at, outcome(last, now).as_str()])?;
        }
        (None, None) | (Some(_), Some(_)) => {}
    }
    Ok(())
}

/// The histories disputed at a revision, of one instrument or of all.
pub(crate) fn at(
    connection: &Connection,
    symbol: Option<&Symbol>,
    by: Revision,
) -> Result<Vec<Dispute>> {
    let mut select = connection.prepare_cached(
        "SELECT symbol, interval, source, factor, date, close, against, against_close, currency, at
         FROM disputed JOIN revision ON id = since
         WHERE symbol = ifnull(?1, symbol) AND interval IS NOT NULL
           AND since <= ?2 AND ifnull(until > ?2, 1)
         ORDER BY number",
    )?;
    let found = select.query_map(params![symbol.map(Symbol::as_str), by], |row| {
        Ok(Dispute {
            symbol: word(row, "symbol", |text| text.parse().ok())?,
            interval: word(row, "interval", |text| text.parse().ok())?,
            source: Source::new(&row.get::<_, String>("source")?),
            differs: differs(row)?,
            since: instant(row, "at")?,
        })
    })?;
    found.collect()
}

/// In what a disputed history differs.
pub(crate) fn differs(row: &Row<'_>) -> Result<Differs> {
    let Some(date) = date_if_any(row, "date")? else {
        return Ok(Differs::ByFactor(row.get("factor")?));
    };
    Ok(Differs::Close(DisputedClose {
        date,
        close: price(row, "close")?,
        against: Source::new(&row.get::<_, String>("against")?),
        against_close: price(row, "against_close")?,
        currency: word(row, "currency", |text| text.parse().ok())?,
    }))
}

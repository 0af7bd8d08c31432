//! What was answered with prices that no answer brought.

use market::{Bar, HistoryQuery, HistoryResult, Slot, Source};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use crate::rules::{Moment, spelled};
use crate::sqlite::columns::{date_of, day, instant, ms, number, price, price_if_any};
use crate::sqlite::{instruments, ledger};

/// Persists the bars of an answer from a slot on, as they were given at an instant.
pub(crate) fn persist(
    connection: &Connection,
    given: &HistoryResult,
    since: Slot,
    at: Moment,
) -> Result<()> {
    let source = &given.series.head.source;
    instruments::persist(connection, &given.instrument, source, given.received_at.into())?;
    let question = ledger::question(connection, given, &spelled(&given.query))?;
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO streamed (question, at, slot, received_at, open_time, date, open,
                                          high, low, close, adj_close, volume)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    let slotted = given.series.bars().map(|bar| (Slot::of(given.series.head.interval, &bar), bar));
    for (slot, bar) in slotted.filter(|(slot, _)| *slot >= since) {
        insert.execute(params![
            question,
            at,
            slot.number(),
            ms(given.received_at),
            ms(bar.open_time),
            day(bar.date),
            number(bar.open),
            number(bar.high),
            number(bar.low),
            bar.close.get(),
            number(bar.adj_close),
            bar.volume,
        ])?;
    }
    Ok(())
}

/// The bars given last by an instant, and when the newest price in them was received.
pub(crate) fn last_given(
    connection: &Connection,
    question: &HistoryQuery,
    source: &Source,
    at: Moment,
) -> Result<Option<(Vec<Bar>, Moment)>> {
    let Some((question, given_at)) = last(connection, question, source, at)? else {
        return Ok(None);
    };
    let mut select = connection.prepare_cached(
        "SELECT open_time, date, open, high, low, close, adj_close, volume, received_at
         FROM streamed WHERE question = ?1 AND at = ?2 ORDER BY slot",
    )?;
    let rows =
        select.query_map(params![question, given_at], |row| Ok((read(row)?, row.get(8)?)))?;
    let rows: Vec<(Bar, Moment)> = rows.collect::<Result<_>>()?;
    let received_at = rows.first().map(|(_, received_at)| *received_at);
    Ok(received_at.map(|at| (rows.into_iter().map(|(bar, _)| bar).collect(), at)))
}

/// The question, and when of it bars were given last since the service had started.
fn last(
    connection: &Connection,
    question: &HistoryQuery,
    source: &Source,
    at: Moment,
) -> Result<Option<(i64, Moment)>> {
    let mut select = connection.prepare_cached(
        "SELECT question, at FROM streamed
         WHERE question = (SELECT id FROM question WHERE symbol = ?1 AND interval = ?2
                           AND span = ?3 AND source = ?4)
           AND at BETWEEN ifnull((SELECT max(at) FROM start WHERE at <= ?5), at) AND ?5
         ORDER BY at DESC LIMIT 1",
    )?;
    let (symbol, interval) = (question.symbol.as_str(), question.interval.as_str());
    let key = params![symbol, interval, spelled(question), source.as_str(), at];
    select.query_row(key, |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

/// Notes that the service starts.
pub(crate) fn note_start(connection: &Connection, at: Moment) -> Result<()> {
    connection.execute("INSERT OR IGNORE INTO start (at) VALUES (?1)", [at]).map(drop)
}

/// What goes on is never finished.
fn read(row: &Row<'_>) -> Result<Bar> {
    Ok(Bar {
        open_time: instant(row, 0)?,
        date: date_of(row, 1)?,
        open: price_if_any(row, 2)?,
        high: price_if_any(row, 3)?,
        low: price_if_any(row, 4)?,
        close: price(row, 5)?,
        adj_close: price_if_any(row, 6)?,
        volume: row.get(7)?,
        provisional: true,
    })
}

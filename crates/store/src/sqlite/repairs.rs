//! What other sources know better of daily histories, and from when until when.

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Bar, Fault, Price, Repair, RepairEnd, RepairRecord, RepairsQuery, Source, Symbol};
use rusqlite::{Connection, Error, Result, Row, params};

use crate::rules::Revision;
use crate::sqlite::columns::{
    date_of, day, instant, instant_if_any, ms, number, price, price_if_any, word, word_if_any,
};
use crate::sqlite::revisions;

/// Repairs with the instants at which they began and ended.
const SELECT: &str =
    "SELECT number, symbol, source, date, wrong, before_date, before_close, after_date,
    after_close, close, open_time, open, high, low, volume, said_by, confirmed_by, currency,
    served, begun.at, ended, over.at AS over
    FROM repair JOIN revision AS begun ON begun.id = since
         LEFT JOIN revision AS over ON over.id = until";

/// Persists a repair, in the place of what was of the same bar before.
pub(crate) fn begin(connection: &Connection, repair: &Repair) -> Result<()> {
    let since = revisions::begin_at(connection, repair.since)?;
    end_at(connection, repair, (since, RepairEnd::Replaced))?;
    let [before, after] = match &repair.fault {
        Fault::Close(_) => [None; 2],
        Fault::Missing { before, after } => [Some(*before), Some(*after)],
    };
    let date = |it: Option<(Date, Price)>| it.map(|(date, _)| day(date));
    let close = |it: Option<(Date, Price)>| it.map(|(_, close)| close.get());
    let mut insert = connection.prepare_cached(
        "INSERT INTO repair
            (symbol, source, date, wrong, before_date, before_close, after_date, after_close,
             close, open_time, open, high, low, volume, said_by, confirmed_by, currency, served, since)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
    )?;
    insert.execute(params![
        repair.symbol.as_str(),
        repair.source.as_str(),
        day(repair.date),
        number(repair.fault.close()),
        date(before),
        close(before),
        date(after),
        close(after),
        repair.close.get(),
        repair.bar.map(|bar| ms(bar.open_time)),
        number(repair.bar.and_then(|bar| bar.open)),
        number(repair.bar.and_then(|bar| bar.high)),
        number(repair.bar.and_then(|bar| bar.low)),
        repair.bar.and_then(|bar| bar.volume),
        repair.by.as_str(),
        repair.confirmed_by.as_ref().map(Source::as_str),
        repair.currency.as_str(),
        repair.served,
        since,
    ])?;
    Ok(())
}

/// Persists that a repair is in force no more.
pub(crate) fn end(
    connection: &Connection,
    repair: &Repair,
    at: Timestamp,
    how: RepairEnd,
) -> Result<()> {
    let until = revisions::begin_at(connection, at)?;
    end_at(connection, repair, (until, how))
}

fn end_at(
    connection: &Connection,
    repair: &Repair,
    (until, how): (Revision, RepairEnd),
) -> Result<()> {
    let mut update = connection.prepare_cached(
        "UPDATE repair SET until = ?4, ended = ?5
         WHERE symbol = ?1 AND source = ?2 AND date = ?3 AND until IS NULL",
    )?;
    let (symbol, source) = (repair.symbol.as_str(), repair.source.as_str());
    update.execute(params![symbol, source, day(repair.date), until, how.as_str()])?;
    Ok(())
}

/// The repairs in force at a revision, of one instrument or of all.
pub(crate) fn at(
    connection: &Connection,
    symbol: Option<&Symbol>,
    by: Revision,
) -> Result<Vec<Repair>> {
    let mut select = connection.prepare_cached(&format!(
        "{SELECT}
         WHERE symbol = ifnull(?1, symbol) AND since <= ?2 AND ifnull(until > ?2, 1)
         ORDER BY number"
    ))?;
    let found = select.query_map(params![symbol.map(Symbol::as_str), by], read)?;
    found.map(|found| found.map(|it| it.repair)).collect()
}

/// The repairs asked for, the newest first.
pub(crate) fn of(connection: &Connection, query: &RepairsQuery) -> Result<Vec<RepairRecord>> {
    let mut select = connection.prepare_cached(&format!(
        "{SELECT}
         WHERE symbol = ifnull(?1, symbol) AND number < ?2 AND (until IS NULL OR NOT ?3)
         ORDER BY number DESC LIMIT ?4"
    ))?;
    let found = select.query_map(
        params![
            query.symbol.as_ref().map(Symbol::as_str),
            i64::try_from(query.before).unwrap_or(i64::MAX),
            query.in_force,
            i64::try_from(query.most).unwrap_or(i64::MAX),
        ],
        read,
    )?;
    found.collect()
}

fn read(row: &Row<'_>) -> Result<RepairRecord> {
    let source = |column| row.get::<_, String>(column).map(|name| Source::new(&name));
    let confirmed_by: Option<String> = row.get("confirmed_by")?;
    let repair = Repair {
        symbol: word(row, "symbol", |text| text.parse().ok())?,
        source: source("source")?,
        date: date_of(row, "date")?,
        fault: fault(row)?,
        close: price(row, "close")?,
        bar: bar(row)?,
        by: source("said_by")?,
        confirmed_by: confirmed_by.map(|name| Source::new(&name)),
        currency: word(row, "currency", |text| text.parse().ok())?,
        served: row.get("served")?,
        since: instant(row, "at")?,
    };
    let ended = word_if_any(row, "ended", RepairEnd::from_name)?;
    let over = instant_if_any(row, "over")?;
    let number = row.get::<_, i64>("number")?.unsigned_abs();
    Ok(RepairRecord { number, repair, ended: over.zip(ended) })
}

fn fault(row: &Row<'_>) -> Result<Fault> {
    if let Some(wrong) = price_if_any(row, "wrong")? {
        return Ok(Fault::Close(wrong));
    }
    let beside = |date, close| Ok::<_, Error>((date_of(row, date)?, price(row, close)?));
    Ok(Fault::Missing {
        before: beside("before_date", "before_close")?,
        after: beside("after_date", "after_close")?,
    })
}

fn bar(row: &Row<'_>) -> Result<Option<Bar>> {
    let Some(open_time) = instant_if_any(row, "open_time")? else { return Ok(None) };
    Ok(Some(Bar {
        open_time,
        date: date_of(row, "date")?,
        open: price_if_any(row, "open")?,
        high: price_if_any(row, "high")?,
        low: price_if_any(row, "low")?,
        close: price(row, "close")?,
        adj_close: None,
        volume: row.get("volume")?,
        provisional: false,
    }))
}

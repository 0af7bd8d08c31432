use market::{Instrument, Kind, Name, Source, Symbol};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use crate::rules::{Described, LONGEST_REQUEST_MS, Moment, Revision, latest_instruments};
use crate::sqlite::columns::{date_if_any, day, word, word_if_any};

/// Persists a source's description, unless one of the same source is known that overtook
/// it. What others are said to have described later was dated by a clock that was ahead.
pub(crate) fn persist(
    connection: &Connection,
    instrument: &Instrument,
    source: &Source,
    described_at: Moment,
) -> Result<()> {
    let mut upsert = connection.prepare_cached(
        "INSERT INTO instrument (symbol, source, name, kind, currency, exchange, time_zone,
                                 price_decimals, described_at, mic, first_trade)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT DO UPDATE SET
             name = excluded.name, kind = excluded.kind, currency = excluded.currency,
             exchange = excluded.exchange, time_zone = excluded.time_zone,
             price_decimals = excluded.price_decimals, described_at = excluded.described_at,
             mic = excluded.mic, first_trade = excluded.first_trade
         WHERE instrument.described_at NOT BETWEEN excluded.described_at + 1
                                               AND excluded.described_at + ?12",
    )?;
    upsert.execute(params![
        instrument.symbol.as_str(),
        source.as_str(),
        instrument.name.as_str(),
        instrument.kind.as_str(),
        instrument.currency.as_ref().map(market::Currency::as_str),
        instrument.exchange.as_deref(),
        instrument.time_zone,
        instrument.price_decimals,
        described_at,
        instrument.mic,
        instrument.first_trade.map(day),
        LONGEST_REQUEST_MS,
    ])?;
    let mut others = connection.prepare_cached(
        "UPDATE instrument SET described_at = ?2 - 1 WHERE symbol = ?1 AND described_at > ?2 + ?3",
    )?;
    others.execute(params![instrument.symbol.as_str(), described_at, LONGEST_REQUEST_MS])?;
    Ok(())
}

/// Every instrument once, as the source that described it last does.
pub(crate) fn latest(connection: &Connection) -> Result<Vec<Instrument>> {
    let mut select = connection.prepare_cached(
        "SELECT symbol, name, kind, currency AS instrument_currency, exchange, time_zone,
                price_decimals, mic, first_trade, source, described_at
         FROM instrument",
    )?;
    let described = |row: &Row<'_>| {
        let source = Source::new(&row.get::<_, String>("source")?);
        Ok(Described { at: row.get("described_at")?, source, instrument: read(row)? })
    };
    select.query_map([], described)?.collect::<Result<_>>().map(latest_instruments)
}

/// The instrument as this source described it by a revision.
pub(crate) fn of(
    connection: &Connection,
    (symbol, source): (&Symbol, &Source),
    by: Revision,
) -> Result<Instrument> {
    if let Some(past) = past(connection, (symbol, source), by)? {
        return Ok(past);
    }
    let mut select = connection.prepare_cached(
        "SELECT symbol, name, kind, currency AS instrument_currency, exchange, time_zone,
                price_decimals, mic, first_trade
         FROM instrument WHERE symbol = ?1 AND source = ?2",
    )?;
    select.query_row([symbol.as_str(), source.as_str()], read)
}

/// The instrument as this source described it by a revision, where it has described it
/// otherwise since.
pub(crate) fn past(
    connection: &Connection,
    (symbol, source): (&Symbol, &Source),
    by: Revision,
) -> Result<Option<Instrument>> {
    let mut select = connection.prepare_cached(
        "SELECT symbol, name, kind, currency AS instrument_currency, exchange, time_zone,
                price_decimals, mic, first_trade
         FROM instrument_past WHERE symbol = ?1 AND source = ?2 AND until >= ?3
         ORDER BY until LIMIT 1",
    )?;
    select.query_row(params![symbol.as_str(), source.as_str(), by], read).optional()
}

/// Reads an instrument from a row that has its columns. Its currency is
/// `instrument_currency` there, apart from the one a price is counted in.
pub(crate) fn read(row: &Row<'_>) -> Result<Instrument> {
    Ok(Instrument {
        symbol: word(row, "symbol", |text| text.parse().ok())?,
        name: row.get::<_, String>("name")?.into(),
        kind: word(row, "kind", Kind::from_name)?,
        currency: word_if_any(row, "instrument_currency", |text| text.parse().ok())?,
        exchange: row.get::<_, Option<String>>("exchange")?.map(Name::from),
        mic: row.get("mic")?,
        first_trade: date_if_any(row, "first_trade")?,
        time_zone: row.get("time_zone")?,
        price_decimals: row.get("price_decimals")?,
    })
}

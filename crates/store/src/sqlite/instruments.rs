use market::{Instrument, Kind, Source, Symbol};
use rusqlite::{Connection, Result, Row, params};

use crate::rules::{Described, Moment, latest_instruments};
use crate::sqlite::columns::{date_if_any, day, word, word_if_any};

/// Persists a source's description, unless a later one of the same source is known.
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
         WHERE excluded.described_at >= instrument.described_at",
    )?;
    upsert.execute(params![
        instrument.symbol.as_str(),
        source.as_str(),
        instrument.name,
        instrument.kind.as_str(),
        instrument.currency.as_ref().map(market::Currency::as_str),
        instrument.exchange,
        instrument.time_zone,
        instrument.price_decimals,
        described_at,
        instrument.mic,
        instrument.first_trade.map(day),
    ])?;
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

/// The instrument as this source describes it.
pub(crate) fn of(connection: &Connection, symbol: &Symbol, source: &Source) -> Result<Instrument> {
    let mut select = connection.prepare_cached(
        "SELECT symbol, name, kind, currency AS instrument_currency, exchange, time_zone,
                price_decimals, mic, first_trade
         FROM instrument WHERE symbol = ?1 AND source = ?2",
    )?;
    select.query_row([symbol.as_str(), source.as_str()], read)
}

/// Reads an instrument from a row that has its columns. Its currency is
/// `instrument_currency` there, apart from the one a price is counted in.
pub(crate) fn read(row: &Row<'_>) -> Result<Instrument> {
    Ok(Instrument {
        symbol: word(row, "symbol", |text| text.parse().ok())?,
        name: row.get("name")?,
        kind: word(row, "kind", Kind::from_name)?,
        currency: word_if_any(row, "instrument_currency", |text| text.parse().ok())?,
        exchange: row.get("exchange")?,
        mic: row.get("mic")?,
        first_trade: date_if_any(row, "first_trade")?,
        time_zone: row.get("time_zone")?,
        price_decimals: row.get("price_decimals")?,
    })
}

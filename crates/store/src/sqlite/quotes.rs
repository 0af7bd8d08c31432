use market::{Previous, PreviousKind, Quote, Source};
use rusqlite::{Connection, Result, Row, params};

use crate::rules::{LONGEST_REQUEST_MS, latest_quotes};
use crate::sqlite::columns::{
    instant, instant_if_any, ms, number, price, price_if_any, session, six, word_if_any,
};
use crate::sqlite::instruments;

/// Persists a quote, unless the same source's is known that overtook it.
pub(crate) fn persist(connection: &Connection, quote: &Quote) -> Result<()> {
    let (instrument, source) = (&quote.instrument, &quote.source);
    instruments::persist(connection, instrument, source, quote.received_at.into())?;
    let mut replace = connection.prepare_cached(
        "INSERT OR REPLACE INTO quote (symbol, source, price, currency, previous_price, previous_kind,
                            day_high, day_low, volume, as_of, received_at,
                            pre_start, pre_end, regular_start, regular_end, post_start, post_end)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17
         WHERE NOT EXISTS (SELECT 1 FROM quote
                           WHERE symbol = ?1 AND source = ?2
                             AND received_at > ?11 AND received_at <= ?11 + ?18)",
    )?;
    let [pre_start, pre_end, start, end, post_start, post_end] = six(quote.session.as_ref());
    replace.execute(params![
        quote.instrument.symbol.as_str(),
        quote.source.as_str(),
        quote.price.get(),
        quote.currency.as_ref().map(market::Currency::as_str),
        quote.previous.map(|previous| previous.price.get()),
        quote.previous.map(|previous| previous.kind.as_str()),
        number(quote.day_high),
        number(quote.day_low),
        quote.volume,
        quote.as_of.map(ms),
        ms(quote.received_at),
        pre_start,
        pre_end,
        start,
        end,
        post_start,
        post_end,
        LONGEST_REQUEST_MS,
    ])?;
    Ok(())
}

/// One quote for each instrument: of several sources' the one received last.
pub(crate) fn latest(connection: &Connection) -> Result<Vec<Quote>> {
    let mut select = connection.prepare_cached(
        "SELECT quote.*, name, kind, exchange, mic, first_trade, time_zone, price_decimals,
                instrument.currency AS instrument_currency
         FROM quote JOIN instrument USING (symbol, source)",
    )?;
    select.query_map([], read)?.collect::<Result<_>>().map(latest_quotes)
}

/// Reads a quote from a row that has its columns and those of its instrument.
pub(crate) fn read(row: &Row<'_>) -> Result<Quote> {
    let kind = word_if_any(row, "previous_kind", PreviousKind::from_name)?;
    let previous = price_if_any(row, "previous_price")?.zip(kind);
    Ok(Quote {
        instrument: instruments::read(row)?,
        price: price(row, "price")?,
        currency: word_if_any(row, "currency", |text| text.parse().ok())?,
        previous: previous.map(|(price, kind)| Previous { price, kind }),
        day_high: price_if_any(row, "day_high")?,
        day_low: price_if_any(row, "day_low")?,
        volume: row.get("volume")?,
        session: session(row)?,
        as_of: instant_if_any(row, "as_of")?,
        received_at: instant(row, "received_at")?,
        source: Source::new(&row.get::<_, String>("source")?),
        simulated: false,
        witness: None,
    })
}

use market::{Currency, Previous, PreviousKind, Quote, Source, Symbol};
use rusqlite::types::Value;
use rusqlite::{Connection, Result, Row, Statement, params};

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
    bind(&mut replace, &quote.instrument.symbol, Some(quote))?;
    replace.raw_bind_parameter(COLUMNS + 1, LONGEST_REQUEST_MS)?;
    replace.raw_execute()?;
    forget_those_from_the_future(connection, quote)
}

/// What others said while a clock was ahead is not the latest.
fn forget_those_from_the_future(connection: &Connection, quote: &Quote) -> Result<()> {
    let mut delete = connection
        .prepare_cached("DELETE FROM quote WHERE symbol = ?1 AND received_at > ?2 + ?3")?;
    let symbol = quote.instrument.symbol.as_str();
    delete.execute(params![symbol, ms(quote.received_at), LONGEST_REQUEST_MS])?;
    Ok(())
}

/// How many columns [`bind`] binds.
pub(crate) const COLUMNS: usize = 17;

/// Binds the columns of a quote, from `symbol` to `post_end`, as the first parameters
/// of a statement; where there is none, all but the symbol are null.
pub(crate) fn bind(
    statement: &mut Statement<'_>,
    symbol: &Symbol,
    quote: Option<&Quote>,
) -> Result<()> {
    statement.raw_bind_parameter(1, symbol.as_str())?;
    let Some(quote) = quote else {
        return (2..=COLUMNS).try_for_each(|at| statement.raw_bind_parameter(at, Value::Null));
    };
    statement.raw_bind_parameter(2, quote.source.as_str())?;
    statement.raw_bind_parameter(3, quote.price.get())?;
    statement.raw_bind_parameter(4, quote.currency.as_ref().map(Currency::as_str))?;
    statement.raw_bind_parameter(5, quote.previous.map(|previous| previous.price.get()))?;
    statement.raw_bind_parameter(6, quote.previous.map(|previous| previous.kind.as_str()))?;
    statement.raw_bind_parameter(7, number(quote.day_high))?;
    statement.raw_bind_parameter(8, number(quote.day_low))?;
    statement.raw_bind_parameter(9, quote.volume)?;
    statement.raw_bind_parameter(10, quote.as_of.map(ms))?;
    statement.raw_bind_parameter(11, ms(quote.received_at))?;
    let session = (12..=COLUMNS).zip(six(quote.session.as_ref()));
    session.into_iter().try_for_each(|(at, value)| statement.raw_bind_parameter(at, value))
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

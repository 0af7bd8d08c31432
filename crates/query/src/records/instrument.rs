//! Instruments, one with all that is known of it or many in a table.

use std::sync::Arc;

use engine::Entry;
use jiff::Timestamp;
use jiff::civil::Date;
use market::{Currency, Instrument, MarketState, Session, Source, TradingPeriod, market_state};
use serde::Serialize;
use table::{Built, Column, EncodeError, Head, Rows, Table};

/// All that is known of an instrument. What is not known is `null`.
#[derive(Serialize, schemars::JsonSchema)]
pub struct InstrumentJson<'a> {
    symbol: &'a str,
    name: &'a str,
    kind: &'static str,
    currency: Option<&'a str>,
    /// For prices in pence and the like: the currency of which 100 make one.
    major_currency: Option<&'static str>,
    exchange: Option<&'a str>,
    mic: Option<&'a str>,
    time_zone: &'a str,
    price_decimals: u8,
    first_bar: Option<Date>,
    market_state: Option<&'static str>,
    /// The trading day that its source considers current.
    session: Option<SessionJson>,
    sources: Vec<&'a str>,
    aliases: &'a [String],
}

#[derive(Serialize, schemars::JsonSchema)]
struct SessionJson {
    pre: Option<PeriodJson>,
    regular: PeriodJson,
    post: Option<PeriodJson>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct PeriodJson {
    start: Timestamp,
    end: Timestamp,
}

/// The body of `/v1/instruments/{symbol}`.
pub fn instrument(
    entry: &Entry,
    sources: &[Source],
    aliases: &[String],
    now: Timestamp,
) -> Vec<u8> {
    let it = &entry.instrument;
    let quote = entry.quote.as_ref();
    let body = InstrumentJson {
        symbol: it.symbol.as_str(),
        name: &it.name,
        kind: it.kind.as_str(),
        currency: it.currency.as_ref().map(Currency::as_str),
        major_currency: it.currency.as_ref().and_then(Currency::major),
        exchange: it.exchange.as_deref(),
        mic: it.mic.as_deref(),
        time_zone: &it.time_zone,
        price_decimals: it.price_decimals,
        first_bar: it.first_trade,
        market_state: quote.and_then(|quote| market_state(quote, now)).map(MarketState::as_str),
        session: quote.and_then(|quote| quote.session).map(session),
        sources: sources.iter().map(Source::as_str).collect(),
        aliases,
    };
    serde_json::to_vec(&body).expect("texts and finite numbers are always JSON")
}

fn session(session: Session) -> SessionJson {
    let period = |period: TradingPeriod| PeriodJson { start: period.start, end: period.end };
    SessionJson {
        pre: session.pre.map(period),
        regular: period(session.regular),
        post: session.post.map(period),
    }
}

/// All is said in the rows.
#[derive(Serialize, schemars::JsonSchema)]
pub struct InstrumentsHead {}

/// What is said once about all that was found.
#[derive(Serialize, schemars::JsonSchema)]
pub struct FoundHead<'a> {
    q: &'a str,
    /// Whether an upstream was heard: `ok`, `none` where there is none to ask,
    /// or why not.
    upstream: String,
}

/// A table of instruments.
///
/// # Errors
///
/// A fault of ours.
pub fn instruments(all: &[Instrument]) -> Result<Table, EncodeError> {
    Ok(table(Head::of(&InstrumentsHead {})?, all, None))
}

/// A table of what was found. `known` counts those at the beginning that were
/// known here before they were searched for; `upstream` says whether an upstream
/// answered.
///
/// # Errors
///
/// A fault of ours.
pub fn found(
    q: &str,
    upstream: String,
    all: &[Instrument],
    known: usize,
) -> Result<Table, EncodeError> {
    Ok(table(Head::of(&FoundHead { q, upstream })?, all, Some(known)))
}

fn table(head: Head, all: &[Instrument], known: Option<usize>) -> Table {
    let rows = Arc::new(rows(all, known));
    Table { head, name: "instruments", rows, constants: Vec::new() }
}

/// The columns of a table of instruments, or of those that were searched for.
pub fn columns(searched: bool) -> Vec<Column> {
    rows(&[], searched.then_some(0)).columns().to_vec()
}

/// A row for each instrument. `known` counts those at the beginning that were
/// known here before they were searched for, where that is of interest.
fn rows(all: &[Instrument], known: Option<usize>) -> Built {
    let rows = Built::of(all.len())
        .text("symbol", all.iter().map(|it| Some(it.symbol.as_str())))
        .text("name", all.iter().map(|it| Some(&it.name)))
        .text("kind", all.iter().map(|it| Some(it.kind.as_str())))
        .text("currency", all.iter().map(|it| it.currency.as_ref().map(Currency::as_str)))
        .text("exchange", all.iter().map(|it| it.exchange.as_ref()))
        .text("mic", all.iter().map(|it| it.mic.as_ref()))
        .text("time_zone", all.iter().map(|it| Some(&it.time_zone)))
        .whole("price_decimals", all.iter().map(|it| Some(i64::from(it.price_decimals))))
        .date("first_bar", all.iter().map(|it| it.first_trade));
    match known {
        Some(known) => rows.flag("known", (0..all.len()).map(|row| Some(row < known))),
        None => rows,
    }
}

use engine::Entry;
use jiff::Timestamp;
use jiff::civil::Date;
use market::{Currency, MarketState, Session, Source, TradingPeriod, market_state};
use serde::Serialize;

/// All that is known of an instrument. What is not known is `null`.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct InstrumentJson<'a> {
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
pub(crate) fn instrument(
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

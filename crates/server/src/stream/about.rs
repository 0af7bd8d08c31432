//! What is said in events, as JSON objects without `type` and `id`.

use engine::{Engine, Entry, UpstreamState, UpstreamStatus};
use jiff::Timestamp;
use jiff::civil::Date;
use market::{
    Bar, Freshness, Interval, MarketState, Price, Source, Symbol, market_state, quote_freshness,
};
use serde::Serialize;

use query::explain::explain;
use query::records::quote::quote_json;
use table::Number;

/// A quote with what stands behind it. Its age is left out: what is sent once
/// would be wrong a second later.
pub(super) fn quote(entry: &Entry, now: Timestamp) -> Vec<u8> {
    let mut members = serde_json::to_value(quote_json(entry, now)).unwrap_or_default();
    members.as_object_mut().map(|members| members.remove("age_s"));
    encode(&members)
}

/// What changes about a value while nothing new is received.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct State {
    market: Option<MarketState>,
    freshness: Freshness,
}

impl State {
    pub(super) fn of(entry: &Entry, now: Timestamp) -> Self {
        let quote = entry.quote.as_ref();
        Self {
            market: quote.and_then(|quote| market_state(quote, now)),
            freshness: quote.map_or(Freshness::Missing, |quote| quote_freshness(quote, now)),
        }
    }

    pub(super) fn encoded(self, symbol: &Symbol, timestamp: Timestamp) -> Vec<u8> {
        encode(&StateJson {
            symbol: symbol.as_str(),
            market_state: self.market.map(MarketState::as_str),
            freshness: self.freshness.as_str(),
            timestamp,
        })
    }
}

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct StateJson<'a> {
    symbol: &'a str,
    market_state: Option<&'static str>,
    freshness: &'static str,
    timestamp: Timestamp,
}

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct BarJson<'a> {
    symbol: &'a str,
    interval: &'static str,
    open_time: Timestamp,
    date: Date,
    open: Option<Number>,
    high: Option<Number>,
    low: Option<Number>,
    close: Number,
    volume: Option<Number>,
    provisional: bool,
    source: &'a str,
}

/// A bar as streamed prices formed it.
pub(super) fn bar(symbol: &Symbol, interval: Interval, source: &Source, bar: &Bar) -> Vec<u8> {
    let price = |price: Option<Price>| price.map(|price| Number(price.get()));
    encode(&BarJson {
        symbol: symbol.as_str(),
        interval: interval.as_str(),
        open_time: bar.open_time,
        date: bar.date,
        open: price(bar.open),
        high: price(bar.high),
        low: price(bar.low),
        close: Number(bar.close.get()),
        volume: bar.volume.map(Number),
        provisional: bar.provisional,
        source: source.as_str(),
    })
}

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct SourceJson<'a> {
    source: &'a str,
    state: &'static str,
    paused_until: Option<Timestamp>,
    failing_since: Option<Timestamp>,
}

/// How an upstream is.
pub(super) fn source(upstream: &UpstreamStatus) -> Vec<u8> {
    let (state, paused_until, failing_since) = match upstream.state {
        UpstreamState::Ok => ("ok", None, None),
        UpstreamState::PausedUntil(until) => ("paused", Some(until), None),
        UpstreamState::FailingSince(since) => ("failing", None, Some(since)),
    };
    let source = upstream.source.as_str();
    encode(&SourceJson { source, state, paused_until, failing_since })
}

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct ErrorJson<'a> {
    symbol: Option<&'a str>,
    reason: &'a str,
    detail: &'a str,
}

/// What is wrong, with which symbol.
pub(super) fn error(symbol: Option<&str>, reason: &str, detail: &str) -> Vec<u8> {
    encode(&ErrorJson { symbol, reason, detail })
}

/// That healthy sources know no such symbol; `None` where one does, or none
/// could be asked.
pub(super) fn unknown(engine: &Engine, entry: &Entry, now: Timestamp) -> Option<Vec<u8>> {
    let is_unknown = entry.quote.is_none() && entry.failures.is_unknown();
    let reason = is_unknown.then(|| explain(entry, now)).flatten()?;
    let symbol = &entry.instrument.symbol;
    let near: Vec<String> = engine.near(symbol).iter().map(Symbol::to_string).collect();
    let hint = if near.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", near.join(" or "))
    };
    let detail = format!("no source knows {symbol}{hint}");
    Some(error(Some(symbol.as_str()), reason.name, &detail))
}

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Unsubscribed<'a> {
    symbols: &'a [&'a str],
}

pub(super) fn unsubscribed(symbols: &[Symbol]) -> Vec<u8> {
    let symbols: Vec<&str> = symbols.iter().map(Symbol::as_str).collect();
    encode(&Unsubscribed { symbols: &symbols })
}

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct At {
    timestamp: Timestamp,
}

/// An instant and nothing else.
pub(super) fn at(timestamp: Timestamp) -> Vec<u8> {
    encode(&At { timestamp })
}

/// A snapshot of what other events said; bars where they were asked for.
pub(super) fn snapshot<'a>(
    timestamp: Timestamp,
    quotes: impl Iterator<Item = &'a [u8]>,
    sources: impl Iterator<Item = &'a [u8]>,
    bars: Option<impl Iterator<Item = &'a [u8]>>,
) -> Vec<u8> {
    let quotes = quotes.collect::<Vec<_>>().join(&b","[..]);
    let sources = sources.collect::<Vec<_>>().join(&b","[..]);
    let at = at(timestamp);
    let open = &at[..at.len() - 1];
    let bars = bars.map(|bars| bars.collect::<Vec<_>>().join(&b","[..]));
    let bars = bars.map(|bars| [b",\"bars\":[", &bars[..], b"]"].concat()).unwrap_or_default();
    [open, b",\"quotes\":[", &quotes, b"],\"sources\":[", &sources, b"]", &bars, b"}"].concat()
}

fn encode(members: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(members).expect("texts and finite numbers are always JSON")
}

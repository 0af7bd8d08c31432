//! What is said in events, as JSON objects without `type` and `id`.

use engine::{Engine, Entry, UpstreamStatus};
use jiff::Timestamp;
use market::{Bar, Change, Freshness, Interval, MarketState, Source, Symbol, market_state};
use serde::Serialize;

use query::explain::explain;
use query::records::bar::{LiveBar, LiveBarJson};
use query::records::change::{Changed, RevisedJson};
use query::records::quote::{self, StateJson, quote_json};
use query::records::source_event;

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
            freshness: entry.freshness(now),
        }
    }

    pub(super) fn encoded(self, symbol: &Symbol, timestamp: Timestamp) -> Vec<u8> {
        let Self { market, freshness } = self;
        encode(&StateJson::of(quote::State { symbol, market, freshness, timestamp }))
    }
}

/// A bar as streamed prices formed it.
pub(super) fn bar(symbol: &Symbol, interval: Interval, source: &Source, bar: &Bar) -> Vec<u8> {
    encode(&LiveBarJson::of(LiveBar { symbol, interval, source, bar }))
}

/// How an upstream is.
pub(super) fn source(upstream: &UpstreamStatus, now: Timestamp) -> Vec<u8> {
    encode(&source_event(upstream, now))
}

/// That history is not what it was.
pub(super) fn revised(change: &Change) -> Vec<u8> {
    encode(&RevisedJson::of(Changed(change)))
}

/// What is wrong, with which symbol.
#[derive(Serialize, schemars::JsonSchema)]
pub struct ErrorJson<'a> {
    /// The symbol it is about, as it was asked for where it is none; null where it is about none.
    symbol: Option<&'a str>,
    #[schemars(
        description = "What is wrong: not_a_symbol, unknown_symbol, not_followed, not_allowed or not_understood."
    )]
    reason: &'a str,
    /// Why, in a sentence.
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

/// What is followed no longer.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Unsubscribed<'a> {
    /// The symbols that are followed no longer.
    symbols: &'a [&'a str],
}

pub(super) fn unsubscribed(symbols: &[Symbol]) -> Vec<u8> {
    let symbols: Vec<&str> = symbols.iter().map(Symbol::as_str).collect();
    encode(&Unsubscribed { symbols: &symbols })
}

/// An instant and nothing else.
#[derive(Serialize, schemars::JsonSchema)]
pub struct At {
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

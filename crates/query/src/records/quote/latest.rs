use std::sync::Arc;

use engine::{Board, Entry};
use jiff::Timestamp;
use market::{
    Currency, Freshness, MarketState, Price, Quote, Source, market_state, quote_freshness,
};
use serde::{Serialize, Serializer};
use table::Number;

use super::beside::{Disputed, Doubted};
use crate::explain::explain;

/// The watched prices: one per label, and of each where it is from and how old.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Latest<'a> {
    timestamp: Timestamp,
    #[schemars(with = "std::collections::BTreeMap<String, Option<Number>>")]
    data: Labelled<'a, Option<Number>>,
    #[schemars(with = "std::collections::BTreeMap<String, QuoteJson<'a>>")]
    quotes: Labelled<'a, QuoteJson<'a>>,
}

/// One quote with its provenance. What is not known is `null`.
#[derive(Serialize, schemars::JsonSchema)]
pub struct QuoteJson<'a> {
    symbol: &'a str,
    name: &'a str,
    kind: &'static str,
    price: Option<Number>,
    price_decimals: u8,
    currency: Option<&'a str>,
    previous: Option<Number>,
    change: Option<Number>,
    change_percent: Option<Number>,
    change_since: Option<&'static str>,
    day_high: Option<Number>,
    day_low: Option<Number>,
    volume: Option<Number>,
    market_state: Option<&'static str>,
    source: Option<&'a str>,
    as_of: Option<Timestamp>,
    received_at: Option<Timestamp>,
    age_s: Option<i64>,
    /// How far behind the market its source publishes; none of ours says so.
    delay_s: Option<i64>,
    freshness: &'static str,
    simulated: bool,
    disputed: Option<Disputed<'a>>,
    quarantined: Option<Doubted<'a>>,
    /// Why there is no value, an old one, or a newer one that is not believed.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// A JSON object whose keys stand in the order of the watchlist.
struct Labelled<'a, T>(Vec<(&'a str, T)>);

impl<T: Serialize> Serialize for Labelled<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(label, value)| (label, value)))
    }
}

/// The body of `/latest`: a price per label, and beside it what stands behind it.
pub fn latest(board: &Board, now: Timestamp) -> Vec<u8> {
    let price = |entry: &Entry| entry.quote.as_ref().map(|quote| Number(quote.price.get()));
    let latest = Latest {
        timestamp: now,
        data: labelled(board, price),
        quotes: labelled(board, |entry| quote_json(entry, now)),
    };
    serde_json::to_vec(&latest).expect("texts and finite numbers are always JSON")
}

fn labelled<'a, T>(board: &'a Board, value: impl Fn(&'a Entry) -> T) -> Labelled<'a, T> {
    let pair = |entry: &'a Arc<Entry>| (entry.instrument.symbol.as_str(), value(entry));
    Labelled(board.entries.iter().map(pair).collect())
}

/// What `/latest` says of one quote.
pub fn quote_json(entry: &Entry, now: Timestamp) -> QuoteJson<'_> {
    let quote = entry.quote.as_ref();
    let price = |price: Price| Number(price.get());
    let freshness = quote.map_or(Freshness::Missing, |quote| quote_freshness(quote, now));
    let (reason, detail) = explain(entry, now).map(|it| (it.name, it.detail)).unzip();
    QuoteJson {
        symbol: entry.instrument.symbol.as_str(),
        name: &entry.instrument.name,
        kind: entry.instrument.kind.as_str(),
        price: quote.map(|q| price(q.price)),
        price_decimals: entry.instrument.price_decimals,
        currency: quote.and_then(|q| q.currency.as_ref()).map(Currency::as_str),
        previous: quote.and_then(|q| q.previous).map(|previous| price(previous.price)),
        change: quote.and_then(Quote::change).map(|n| Number(without_noise(n))),
        change_percent: quote.and_then(Quote::change_percent).map(|n| Number(without_noise(n))),
        change_since: quote.and_then(|q| q.previous).map(|previous| previous.kind.as_str()),
        day_high: quote.and_then(|q| q.day_high).map(price),
        day_low: quote.and_then(|q| q.day_low).map(price),
        volume: quote.and_then(|q| q.volume).map(Number),
        market_state: quote.and_then(|q| market_state(q, now)).map(MarketState::as_str),
        source: quote.map(|q| &q.source).map(Source::as_str),
        as_of: quote.and_then(|q| q.as_of),
        received_at: quote.map(|q| q.received_at),
        age_s: quote.and_then(|q| q.age(now)).map(|age| age.as_secs()),
        delay_s: None,
        freshness: freshness.as_str(),
        simulated: quote.is_some_and(|q| q.simulated),
        disputed: entry.rival(now).map(Disputed::from),
        quarantined: entry.quarantined.as_ref().map(Doubted::from),
        reason,
        detail,
    }
}

/// A difference of two decimals has binary noise at its end (1.1446 − 1.1421 is
/// 0.0025000000000001688); ten decimals keep all that was published.
pub(super) fn without_noise(difference: f64) -> f64 {
    (difference * 1e10).round() / 1e10
}

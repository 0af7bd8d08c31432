use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::Entry;
use jiff::Timestamp;
use market::{Kind, MarketState, PreviousKind, Price, market_state};
use prost::Message;
use serde::Serialize;

use crate::yahoo::places;

/// A price as the streamer sends it. Prices are in single precision on this wire.
#[derive(Clone, PartialEq, Message)]
struct Pricing {
    #[prost(string, tag = "1")]
    id: String,
    #[prost(float, tag = "2")]
    price: f32,
    /// Milliseconds since 1970.
    #[prost(sint64, tag = "3")]
    time: i64,
    #[prost(string, tag = "4")]
    currency: String,
    #[prost(string, tag = "5")]
    exchange: String,
    #[prost(int32, tag = "6")]
    quote_type: i32,
    #[prost(int32, tag = "7")]
    market_hours: i32,
    #[prost(float, tag = "8")]
    change_percent: f32,
    #[prost(sint64, tag = "9")]
    day_volume: i64,
    #[prost(float, tag = "10")]
    day_high: f32,
    #[prost(float, tag = "11")]
    day_low: f32,
    #[prost(float, tag = "12")]
    change: f32,
    #[prost(string, tag = "13")]
    short_name: String,
    #[prost(float, tag = "16")]
    previous_close: f32,
    #[prost(sint64, tag = "27")]
    price_hint: i64,
}

/// What version 2 wraps a price in.
#[derive(Serialize)]
struct Wrapped<'a> {
    r#type: &'static str,
    message: &'a str,
}

/// The message about what is held of an instrument, under the name that it was asked
/// for by; `None` where there is no price.
pub(super) fn message(entry: &Entry, spelt: &str, now: Timestamp, wrapped: bool) -> Option<String> {
    let message = STANDARD.encode(pricing(entry, spelt, now)?.encode_to_vec());
    if !wrapped {
        return Some(message);
    }
    serde_json::to_string(&Wrapped { r#type: "pricing", message: &message }).ok()
}

fn pricing(entry: &Entry, spelt: &str, now: Timestamp) -> Option<Pricing> {
    let quote = entry.quote.as_ref()?;
    let instrument = &entry.instrument;
    // What is not known is zero on this wire, which is not sent.
    let single = |number: Option<f64>| number.map_or(0.0, |number| number as f32);
    let previous = quote.previous.filter(|it| it.kind == PreviousKind::Close);
    Some(Pricing {
        id: spelt.to_owned(),
        price: quote.price.get() as f32,
        time: quote.as_of.map_or(0, Timestamp::as_millisecond),
        currency: quote.currency.as_ref().map(ToString::to_string).unwrap_or_default(),
        exchange: places::of(instrument).0.to_owned(),
        quote_type: quote_type(instrument.kind),
        market_hours: market_hours(market_state(quote, now)),
        change_percent: single(quote.change_percent()),
        day_volume: quote.volume.map_or(0, |volume| volume as i64),
        day_high: single(quote.day_high.map(Price::get)),
        day_low: single(quote.day_low.map(Price::get)),
        change: single(quote.change()),
        short_name: instrument.name.to_string(),
        previous_close: single(previous.map(|it| it.price.get())),
        price_hint: instrument.price_decimals.into(),
    })
}

/// The numbers of the protocol's enumeration of kinds.
fn quote_type(kind: Kind) -> i32 {
    match kind {
        Kind::Equity => 8,
        Kind::Index | Kind::Rate => 9,
        Kind::Fund => 11,
        Kind::Option => 13,
        Kind::Currency => 14,
        Kind::Future => 18,
        Kind::Etf => 20,
        Kind::Crypto => 41,
    }
}

/// Likewise of a day's parts. The last price of a closed market is one of after hours.
fn market_hours(state: Option<MarketState>) -> i32 {
    match state {
        Some(MarketState::Pre) => 0,
        Some(MarketState::Open) => 1,
        Some(MarketState::Post | MarketState::Closed) | None => 2,
    }
}

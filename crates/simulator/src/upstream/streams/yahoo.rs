use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prost::Message;
use serde_json::{Value, json};

use super::prices::FullTick;
use super::request::{Request, Verb};
use crate::{Kind, Listing};

/// A price as the streamer sends it. Which fields come with what was read off
/// recorded messages; numbers that are zero are not sent.
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
    #[prost(float, tag = "15")]
    open_price: f32,
    #[prost(sint64, tag = "22")]
    last_size: i64,
    #[prost(sint64, tag = "27")]
    price_hint: i64,
    #[prost(sint64, tag = "28")]
    volume_of_24_hours: i64,
    #[prost(sint64, tag = "29")]
    volume_of_all_currencies: i64,
    #[prost(string, tag = "30")]
    from_currency: String,
}

/// In the regular session.
const OPEN: i32 = 1;

/// `{"subscribe":["AAPL"],"unsubscribe":["^FCHI"]}`, either or both.
pub(super) fn read(text: &str) -> Vec<Request> {
    let Ok(message) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let request = |verb, key: &str| {
        let names = message[key].as_array()?.iter();
        let names = names.filter_map(|name| name.as_str().map(str::to_owned)).collect();
        Some(Request { verb, names })
    };
    let both = [request(Verb::Subscribe, "subscribe"), request(Verb::Unsubscribe, "unsubscribe")];
    both.into_iter().flatten().collect()
}

pub(super) fn symbol(name: &str) -> Option<String> {
    is_symbol(name).then(|| name.to_owned())
}

pub(super) fn message(full: &FullTick<'_>, wrapped: bool) -> String {
    let encoded = STANDARD.encode(pricing(full).encode_to_vec());
    if !wrapped {
        return encoded;
    }
    json!({ "type": "pricing", "message": encoded }).to_string()
}

fn pricing(full: &FullTick<'_>) -> Pricing {
    let FullTick { listing, tick, .. } = full;
    let change = tick.price - tick.previous_close;
    let pricing = Pricing {
        id: id(listing),
        price: tick.price as f32,
        time: tick.time.as_millisecond(),
        exchange: listing.exchange.to_owned(),
        quote_type: quote_type(listing.kind),
        market_hours: OPEN,
        change_percent: (100.0 * change / tick.previous_close) as f32,
        day_volume: tick.volume.cast_signed(),
        change: change as f32,
        price_hint: i64::from(listing.price_decimals.max(2)),
        ..Pricing::default()
    };
    if listing.kind == Kind::Crypto { of_a_coin(pricing, full) } else { pricing }
}

/// Of coins alone the day's range comes with each price.
fn of_a_coin(pricing: Pricing, full: &FullTick<'_>) -> Pricing {
    let FullTick { listing, tick, .. } = full;
    let volume = pricing.day_volume;
    let coin = listing.symbol.split('-').next().unwrap_or_default();
    Pricing {
        currency: listing.currency.clone(),
        day_high: tick.day_high as f32,
        day_low: tick.day_low as f32,
        open_price: tick.day_open as f32,
        last_size: volume,
        volume_of_24_hours: volume,
        volume_of_all_currencies: volume,
        from_currency: coin.to_owned(),
        ..pricing
    }
}

/// Yahoo answers `USDJPY=X` with prices of `JPY=X`.
fn id(listing: &Listing) -> String {
    let symbol = &listing.symbol;
    let is_pair = symbol.len() == "USDJPY=X".len() && listing.kind == Kind::Currency;
    let short = symbol.strip_prefix("USD").filter(|_| is_pair);
    short.unwrap_or(symbol).to_owned()
}

fn quote_type(kind: Kind) -> i32 {
    match kind {
        Kind::Equity => 8,
        Kind::Index => 9,
        Kind::Currency => 14,
        Kind::Future => 18,
        Kind::Crypto => 41,
    }
}

/// Whether a text could be a symbol.
pub(crate) fn is_symbol(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".-=^_&".contains(c);
    (1..=24).contains(&text.len()) && text.chars().all(allowed)
}

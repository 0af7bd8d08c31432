use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use market::{
    Currency, MarketState, Previous, PreviousKind, Price, Source, SourceError, Symbol, Tick,
};
use prost::Message;

use super::wire::{Envelope, Pricing};
use crate::json;
use crate::yahoo::{facts, spelling};

/// Reads one message, wrapped in JSON (version 2) or bare (version 1).
///
/// `None` for a message that carries no price, and for a price from a session
/// that is neither the day's nor right beside it, such as overnight trading.
///
/// # Errors
///
/// [`SourceError::Unreadable`] where the message is cut, is no pricing message,
/// or has no instrument or no price.
pub(in crate::yahoo) fn tick(
    message: &[u8],
    received_at: Timestamp,
) -> Result<Option<Tick>, SourceError> {
    let message = message.trim_ascii();
    if !message.starts_with(b"{") {
        return pricing(message).and_then(|pricing| read(&pricing, received_at));
    }
    let envelope: Envelope<'_> = json::read(message)?;
    let is_price = envelope.kind.is_none_or(|kind| kind == "pricing");
    match envelope.message.filter(|_| is_price) {
        Some(wrapped) => pricing(wrapped.as_bytes()).and_then(|found| read(&found, received_at)),
        None => Ok(None),
    }
}

fn pricing(encoded: &[u8]) -> Result<Pricing, SourceError> {
    let bytes = STANDARD.decode(encoded).map_err(|_| unreadable("text that is not base64"))?;
    Pricing::decode(&*bytes).map_err(|_| unreadable("bytes that are no pricing message"))
}

fn read(pricing: &Pricing, received_at: Timestamp) -> Result<Option<Tick>, SourceError> {
    let symbol = symbol(&pricing.id)?;
    let Some(state) = state(pricing.market_hours) else { return Ok(None) };
    let latest = pricing.price.and_then(price_unless_zero);
    Ok(Some(Tick {
        symbol,
        price: latest.ok_or_else(|| unreadable("price is missing or zero"))?,
        currency: pricing.currency.as_deref().map(currency).transpose()?,
        previous: pricing.previous_close.and_then(price_unless_zero).map(close),
        change: pricing.change.and_then(price).map(Price::get),
        day_high: pricing.day_high.and_then(price_unless_zero),
        day_low: pricing.day_low.and_then(price_unless_zero),
        volume: pricing.day_volume.map(|volume| volume as f64),
        state: Some(state),
        as_of: pricing.time.map(instant).transpose()?,
        received_at,
        source: Source::new(facts::NAME),
    }))
}

/// Yahoo may send another name than the one subscribed to: `JPY=X` for
/// `USDJPY=X`.
fn symbol(id: &str) -> Result<Symbol, SourceError> {
    let symbol = id.parse().map_err(|_| unreadable("id is no symbol"))?;
    Ok(spelling::canonical(&symbol))
}

fn state(market_hours: i32) -> Option<MarketState> {
    match market_hours {
        0 => Some(MarketState::Pre),
        1 => Some(MarketState::Open),
        2 => Some(MarketState::Post),
        _ => None,
    }
}

fn close(price: Price) -> Previous {
    Previous { price, kind: PreviousKind::Close }
}

/// The number that was published: the shortest decimal that reads back as the
/// single-precision number sent.
fn price(number: f32) -> Option<Price> {
    Price::new(number.to_string().parse().ok()?)
}

fn price_unless_zero(number: f32) -> Option<Price> {
    price(number).filter(|price| price.get() != 0.0)
}

fn currency(code: &str) -> Result<Currency, SourceError> {
    code.parse().map_err(|_| unreadable("currency is no currency code"))
}

fn instant(milliseconds: i64) -> Result<Timestamp, SourceError> {
    Timestamp::from_millisecond(milliseconds).map_err(|_| unreadable("time is no instant"))
}

fn unreadable(what: &str) -> SourceError {
    SourceError::Unreadable(what.to_owned())
}

#[cfg(test)]
mod tests;

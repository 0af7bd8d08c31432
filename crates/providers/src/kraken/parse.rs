use jiff::Timestamp;
use market::{Currency, Previous, PreviousKind, Price, Source, SourceError, Symbol, Tick};
use serde::de::DeserializeOwned;

use super::facts::NAME;
use super::wire::{Channel, Head, Status, Ticker};
use crate::json;
use crate::refused;

/// What one message says.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Of the `ticker` channel, a snapshot or an update. What is wrong with one
    /// pair is said in its place.
    Ticks(Vec<Result<Tick, SourceError>>),
    /// Of the `status` channel: whether Kraken trades without restrictions.
    Status {
        /// It does.
        online: bool,
    },
    /// A request was refused, and why.
    Refused(SourceError),
    /// A heartbeat, an acknowledgement or a message of another channel.
    Nothing,
}

/// Reads one message of the WebSocket, version 2.
///
/// # Errors
///
/// [`SourceError::Unreadable`] where it is no JSON, or not of its channel's shape.
pub fn read(message: &[u8], received_at: Timestamp) -> Result<Message, SourceError> {
    let head: Head = json::read(message)?;
    Ok(match head.channel.as_deref() {
        Some("ticker") => Message::Ticks(each(message, |found| tick(&found, received_at))?),
        Some("status") => Message::Status { online: is_online(message)? },
        None if head.success == Some(false) || head.error.is_some() => {
            Message::Refused(refusal(&head))
        }
        _ => Message::Nothing,
    })
}

/// Each is read on its own, so that an odd one does not spoil the others.
fn each<T: DeserializeOwned, R>(
    message: &[u8],
    read: impl Fn(T) -> Result<R, SourceError>,
) -> Result<Vec<Result<R, SourceError>>, SourceError> {
    let channel: Channel = json::read(message)?;
    let found = channel.data.iter().map(|found| json::read(found.get().as_bytes()));
    Ok(found.map(|found| found.and_then(&read)).collect())
}

fn tick(found: &Ticker, received_at: Timestamp) -> Result<Tick, SourceError> {
    let symbol = symbol(&found.symbol)?;
    Ok(Tick {
        price: positive(found.last.number()).ok_or_else(|| no_number(&symbol, "last"))?,
        currency: Some(currency(&symbol)?),
        previous: day_ago(found),
        change: found.change.number(),
        day_high: positive(found.high.number()),
        day_low: positive(found.low.number()),
        volume: found.volume.number(),
        state: None,
        as_of: found.timestamp,
        received_at,
        source: Source::new(NAME),
        symbol,
    })
}

/// The price 24 hours earlier, from the difference since then.
fn day_ago(found: &Ticker) -> Option<Previous> {
    let price = positive(Some(found.last.number()? - found.change.number()?))?;
    Some(Previous { price, kind: PreviousKind::DayAgo })
}

fn is_online(message: &[u8]) -> Result<bool, SourceError> {
    let statuses = each(message, |status: Status| Ok(status.system == "online"))?;
    Ok(statuses.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().all(|online| online))
}

/// The status that says what words on a socket do, which have none.
const REFUSED: u16 = 403;

/// Kraken's own words are looked at and not passed on. They begin with what they
/// are about: `EAPI:Rate limit exceeded`, `EGeneral:Permission denied`,
/// `EService:Unavailable` (<https://docs.kraken.com/api/docs/guides/spot-errors>).
fn refusal(head: &Head) -> SourceError {
    let error = head.error.as_deref().unwrap_or_default();
    let pair = head.symbol.as_deref().and_then(|name| symbol(name).ok());
    match pair {
        _ if error.contains("msg rate") => SourceError::Throttled { retry_after: None },
        _ if error.starts_with("EService:") => SourceError::Failing { status: 503 },
        Some(symbol) if error.contains("not supported") => SourceError::UnknownSymbol(symbol),
        pair => refused::in_text(error, REFUSED).unwrap_or_else(|| {
            let of = pair.map(|symbol| format!(" about {symbol}")).unwrap_or_default();
            SourceError::Unreadable(format!("a refusal of a request{of}"))
        }),
    }
}

fn symbol(name: &str) -> Result<Symbol, SourceError> {
    let symbol = name.parse().ok().filter(|symbol: &Symbol| symbol.pair().is_some());
    symbol.ok_or_else(|| SourceError::Unreadable("symbol is no pair".to_owned()))
}

fn currency(symbol: &Symbol) -> Result<Currency, SourceError> {
    let code = symbol.pair().and_then(|(_, currency)| currency.parse().ok());
    code.ok_or_else(|| SourceError::Unreadable("symbol names no currency".to_owned()))
}

/// A price; zero stands for none, where nothing was traded for a day.
fn positive(number: Option<f64>) -> Option<Price> {
    Price::new(number?).filter(|price| price.get() > 0.0)
}

fn no_number(symbol: &Symbol, field: &str) -> SourceError {
    SourceError::Unreadable(format!("{field} of {symbol} is not a positive number"))
}

#[cfg(test)]
mod tests;

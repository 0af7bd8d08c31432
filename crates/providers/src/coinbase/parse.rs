//! Turns bytes into domain types. Pure: what time it is comes in as `received_at`.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use market::{Basis, HistoryQuery, HistoryResult, Instrument, Quote, SourceError};
use serde::de::DeserializeOwned;

use super::facts::NAME;
use super::wire::{Candle, Complaint, Ticker};
use crate::http::Reply;
use crate::json::{self, Figure, Row};
use crate::rows::{self, Figures, Place};
use crate::{bare, refused};

/// An answer.
fn read<T: DeserializeOwned>(reply: &Reply, asked: &Instrument) -> Result<T, SourceError> {
    // An answer has no message.
    let complaint = serde_json::from_slice(&reply.body).ok();
    match complaint.map(|Complaint { message }| message) {
        Some(_) if reply.status == 404 => Err(SourceError::UnknownSymbol(asked.symbol.clone())),
        Some(message) => Err(refused::in_sentence(&message, reply)),
        None if !reply.is_success() => Err(reply.refusal()),
        None => json::read(&reply.body),
    }
}

/// The last trade.
pub(super) fn quote(
    reply: &Reply,
    asked: &Instrument,
    received_at: Timestamp,
) -> Result<Quote, SourceError> {
    let ticker: Ticker = read(reply, asked)?;
    let price = ticker.price.positive();
    let price = price
        .ok_or_else(|| SourceError::Unreadable("price is not a positive number".to_owned()))?;
    Ok(Quote {
        as_of: ticker.time,
        volume: ticker.volume.number().filter(|volume| *volume >= 0.0),
        ..bare::quote(NAME, asked.clone(), price, received_at)
    })
}

/// Reads bars, which come newest first. There is none of a stretch without a trade.
pub(super) fn history(
    reply: &Reply,
    (question, asked): (&HistoryQuery, &Instrument),
    received_at: Timestamp,
) -> Result<HistoryResult, SourceError> {
    let candles: Vec<Row<Candle>> = read(reply, asked)?;
    let place = Place::of(asked);
    let row = |row: Row<Candle>| {
        let [at, low, high, open, close, volume] = row.0?;
        let at = at.instant()?;
        let stamp = place.begun(at, question.interval)?;
        Some((stamp, Figures { open, high, low, close, adjusted_close: Figure::Absent, volume }))
    };
    let told = candles.into_iter().rev().map(row);
    rows::history(NAME, question, asked.clone(), (Basis::Unadjusted, told), received_at)
}

//! Turns bytes into domain types. Pure: what time it is comes in as `received_at`.

mod actions;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::Timestamp;
use market::{Basis, HistoryQuery, HistoryResult, Instrument, Price, Quote, Sieve, SourceError};
use serde::de::DeserializeOwned;

use super::facts::NAME;
use super::stretch::too_long;
use super::wire::{Complaint, Happened, Snapshot, Snapshots, Told, Value};
use crate::http::Reply;
use crate::json::{self, Figure, Row};
use crate::rows::{self, Figures, Place};
use crate::united_states::described;
use crate::{bare, refused, shares_of_today};

/// The most bars that one answer has.
pub(super) const MOST_BARS: u16 = 10_000;

/// What is told of several instruments at once.
#[derive(Debug, Default)]
pub(super) struct Latest {
    by_ticker: Snapshots,
    /// The ticker for which nothing is told of any.
    refused: Option<String>,
}

/// An answer.
fn read<T: DeserializeOwned>(reply: &Reply, asked: &Instrument) -> Result<T, SourceError> {
    match complaint(reply) {
        Some(message) if refused_ticker(&message).is_some() => {
            Err(SourceError::UnknownSymbol(asked.symbol.clone()))
        }
        Some(message) => Err(meaning(&message, reply)),
        None if !reply.is_success() => Err(reply.refusal()),
        None => json::read(&reply.body),
    }
}

/// What is said in place of an answer, whatever its status.
fn complaint(reply: &Reply) -> Option<String> {
    // An answer has no message.
    serde_json::from_slice(&reply.body).ok().map(|Complaint { message }| message)
}

/// `invalid symbol: BRK-B`: one that is written otherwise there, or not known.
fn refused_ticker(message: &str) -> Option<&str> {
    message.strip_prefix("invalid symbol: ").map(str::trim)
}

fn meaning(message: &str, reply: &Reply) -> SourceError {
    if message.to_lowercase().contains("subscription") {
        return SourceError::NotOffered("the key's plan does not have it".to_owned());
    }
    refused::in_sentence(message, reply)
}

/// The latest of several shares. One that is not known may spoil all.
pub(super) fn latest(reply: &Reply) -> Result<Latest, SourceError> {
    let message = complaint(reply);
    if let Some(ticker) = message.as_deref().and_then(refused_ticker) {
        return Ok(Latest { refused: Some(ticker.to_owned()), ..Latest::default() });
    }
    if let Some(message) = message {
        return Err(meaning(&message, reply));
    }
    if !reply.is_success() {
        return Err(reply.refusal());
    }
    let by_ticker: Snapshots = json::read(&reply.body)?;
    if !by_ticker.is_empty() && by_ticker.values().all(|row| row.0.is_none()) {
        return Err(SourceError::Unreadable("no share has the expected shape".to_owned()));
    }
    Ok(Latest { by_ticker, refused: None })
}

/// The latest price of one of them. What one exchange traded of it says neither how much was
/// traded nor at which prices at most, and its close is not the day's.
pub(super) fn quote(
    latest: &Latest,
    ticker: &str,
    asked: &Instrument,
    received_at: Timestamp,
) -> Result<Quote, SourceError> {
    if latest.refused.as_deref() == Some(ticker) {
        return Err(SourceError::UnknownSymbol(asked.symbol.clone()));
    }
    let snapshot = latest.by_ticker.get(ticker).and_then(|row| row.0.as_ref());
    let snapshot = snapshot.ok_or_else(|| SourceError::LeftOut(asked.symbol.clone()))?;
    let instrument = described(asked);
    let place = Place::of(&instrument);
    let (price, as_of) = price(snapshot, &place, received_at).ok_or_else(|| {
        let why = "neither a trade in regular hours nor a close is a positive number";
        SourceError::Unreadable(why.to_owned())
    })?;
    Ok(Quote { as_of: Some(as_of), ..bare::quote(NAME, instrument, price, received_at) })
}

/// The latest trade in regular hours, or the close of the latest day that is over. Trades
/// before and after these hours are told like all others.
fn price(snapshot: &Snapshot, place: &Place, now: Timestamp) -> Option<(Price, Timestamp)> {
    let trade = snapshot.latest_trade.as_ref();
    let trade = trade.and_then(|it| Some((it.price.positive()?, it.at)));
    let day = snapshot.daily_bar.as_ref();
    let day = day.and_then(|it| Some((it.close.positive()?, place.closed(it.at, now)?)));
    let traded = trade.filter(|(_, at)| place.trades(*at));
    traded.into_iter().chain(day).max_by_key(|(_, at)| *at)
}

/// Reads bars, adjusted for splits.
pub(super) fn history(
    reply: &Reply,
    ticker: &str,
    (question, asked): (&HistoryQuery, &Instrument),
    received_at: Timestamp,
) -> Result<HistoryResult, SourceError> {
    let instrument = described(asked);
    let place = Place::of(&instrument);
    let today = place.date(received_at);
    let rows = values(reply, ticker, (question, asked))?;
    if rows.is_none() && rows::was_traded(&instrument, question.span, today) {
        return Err(SourceError::LeftOut(asked.symbol.clone()));
    }
    let interval = question.interval;
    let is_regular = |row: &Row<Value>| {
        !interval.is_intraday() || row.0.is_none_or(|value| place.trades(value.at))
    };
    let row = |row: Row<Value>| {
        let value = row.0?;
        Some((place.begun(value.at, interval)?, figures(value)))
    };
    let told = rows.unwrap_or_default().into_iter().filter(is_regular).map(row);
    rows::history(NAME, question, instrument, (Basis::Splits, told), received_at)
}

/// The bars of one share. `None` where the answer is about none of that name.
fn values(
    reply: &Reply,
    ticker: &str,
    (question, asked): (&HistoryQuery, &Instrument),
) -> Result<Option<Vec<Row<Value>>>, SourceError> {
    let told: Told = read(reply, asked)?;
    if told.next_page_token.is_some() {
        return Err(too_long(question.interval));
    }
    Ok(told.bars.and_then(|mut bars| bars.remove(ticker)))
}

fn figures(Value { open, high, low, close, volume, .. }: Value) -> Figures {
    Figures { open, high, low, close, adjusted_close: Figure::Absent, volume }
}

/// The same days with their closes adjusted for what was paid, as another answer tells them.
pub(super) fn with_adjusted(
    reply: &Reply,
    ticker: &str,
    answer: HistoryResult,
) -> Result<HistoryResult, SourceError> {
    let rows = values(reply, ticker, (&answer.query, &answer.instrument))?.unwrap_or_default();
    let place = Place::of(&answer.instrument);
    let values = rows.into_iter().filter_map(|row| row.0);
    let closes: HashMap<_, _> =
        values.filter_map(|value| Some((place.date(value.at), value.close.positive()?))).collect();
    rows::with_adjusted(answer, &closes)
}

/// The same bars with what was paid and split on their days.
pub(super) fn with_actions(
    reply: &Reply,
    ticker: &str,
    answer: HistoryResult,
) -> Result<HistoryResult, SourceError> {
    let told: Happened = read(reply, &answer.instrument)?;
    if told.next_page_token.is_some() {
        return Err(SourceError::NotOffered("more happened than one answer tells".to_owned()));
    }
    let mut sieve = Sieve::new(answer.instrument.kind, answer.received_at);
    let today = rows::today(&answer);
    let happened = actions::read(told, (ticker, today), &mut sieve)?;
    let happened = shares_of_today::restated(happened);
    rows::with_actions(answer, happened, sieve)
}

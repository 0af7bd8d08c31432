//! Turns bytes into domain types. Pure: what time it is comes in as `received_at`.

mod bars;
mod complaint;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use market::{
    Basis, HistoryQuery, HistoryResult, Instrument, Interval, Previous, PreviousKind, Price, Quote,
    SourceError,
};
use serde::de::DeserializeOwned;

use super::facts::NAME;
use super::listing::{self, Listing};
use super::wire::{self, Complaint};
use crate::http::Reply;
use crate::json;
use crate::{bare, rows};

/// The most bars that one answer has.
pub(super) const MOST_BARS: u16 = 5_000;

/// Before anything that Twelve Data has.
pub(super) const FIRST_DAY: Date = date(1900, 1, 1);

/// An answer, or what is said in its place.
fn said<T: DeserializeOwned>(reply: &Reply) -> Result<Result<T, Complaint>, SourceError> {
    match complaint::of(reply) {
        Some(complaint) => Ok(Err(complaint)),
        None if !reply.is_success() => Err(reply.refusal()),
        None => json::read(&reply.body).map(Ok),
    }
}

/// An answer.
fn read<T: DeserializeOwned>(reply: &Reply, asked: &Instrument) -> Result<T, SourceError> {
    said(reply)?.map_err(|complaint| complaint::meaning(&complaint, asked))
}

/// The latest price of a share.
pub(super) fn quote(
    reply: &Reply,
    listing: &Listing,
    asked: &Instrument,
    received_at: Timestamp,
) -> Result<Quote, SourceError> {
    let said: wire::Quoted = read(reply, asked)?;
    let told = listing::Told {
        ticker: &said.symbol,
        mic: said.mic_code.as_deref(),
        zone: None,
        currency: said.currency.as_deref(),
    };
    expect(listing, &told)?;
    let currency = said.currency.as_deref().and_then(|code| code.parse().ok());
    let name = said.name.as_deref().map(market::Name::from);
    let instrument = Instrument {
        currency,
        name: name.unwrap_or_else(|| asked.name.clone()),
        ..described(asked, listing.zone())
    };
    let previous = said.previous_close.positive();
    let price = said.close.positive().ok_or_else(|| no_price("close"))?;
    Ok(Quote {
        previous: previous.map(|price| Previous { price, kind: PreviousKind::Close }),
        day_high: said.high.positive(),
        day_low: said.low.positive(),
        volume: said.volume.number().filter(|volume| *volume >= 0.0),
        as_of: said.last_quote_at.instant(),
        ..bare::quote(NAME, instrument, price, received_at)
    })
}

/// The latest rate of a pair.
pub(super) fn rate(
    reply: &Reply,
    pair: &str,
    asked: &Instrument,
    received_at: Timestamp,
) -> Result<Quote, SourceError> {
    let said: wire::Rated = read(reply, asked)?;
    if !said.symbol.eq_ignore_ascii_case(pair) {
        return Err(another());
    }
    let price = said.rate.positive().ok_or_else(|| no_price("rate"))?;
    Ok(Quote {
        as_of: said.timestamp.instant(),
        ..bare::quote(NAME, asked.clone(), price, received_at)
    })
}

fn no_price(field: &str) -> SourceError {
    SourceError::Unreadable(format!("{field} is missing or not a positive number"))
}

/// Refuses what is about another listing than the one asked for.
fn expect(listing: &Listing, told: &listing::Told<'_>) -> Result<(), SourceError> {
    if listing.is_told(told) { Ok(()) } else { Err(another()) }
}

fn another() -> SourceError {
    SourceError::NotOffered("it answers about another listing of that name".to_owned())
}

/// An instrument as far as it is told where it trades.
fn described(asked: &Instrument, zone: Option<&str>) -> Instrument {
    let time_zone = zone.map_or_else(|| asked.time_zone.clone(), str::to_owned);
    Instrument { time_zone, ..asked.clone() }
}

/// Reads bars, adjusted for splits.
pub(super) fn history(
    reply: &Reply,
    (question, interval): (&HistoryQuery, &str),
    listing: &Listing,
    asked: &Instrument,
    received_at: Timestamp,
) -> Result<HistoryResult, SourceError> {
    let Some(wire::Told { meta, values: rows }) = told(reply, listing, asked)? else {
        let none = (Basis::Splits, std::iter::empty());
        return rows::history(NAME, question, asked.clone(), none, received_at);
    };
    if meta.interval.as_deref().is_some_and(|told| told != interval) {
        return Err(SourceError::Unreadable("bars of another length than asked for".to_owned()));
    }
    if rows.len() >= MOST_BARS.into() {
        return Err(too_long(question.interval));
    }
    let currency = meta.currency.as_deref().and_then(|code| code.parse().ok());
    let instrument = Instrument { currency, ..described(asked, meta.exchange_timezone.as_deref()) };
    let told = (Basis::Splits, bars::of(rows, question.interval, &instrument));
    rows::history(NAME, question, instrument, told, received_at)
}

/// What is told about bars; `None` where there are none in the stretch.
fn told(
    reply: &Reply,
    listing: &Listing,
    asked: &Instrument,
) -> Result<Option<wire::Told>, SourceError> {
    let told: wire::Told = match said(reply)? {
        Ok(told) => told,
        Err(complaint) if complaint::is_nothing_then(&complaint) => return Ok(None),
        Err(complaint) => return Err(complaint::meaning(&complaint, asked)),
    };
    let meta = &told.meta;
    let about = listing::Told {
        ticker: &meta.symbol,
        mic: meta.mic_code.as_deref(),
        zone: meta.exchange_timezone.as_deref(),
        currency: meta.currency.as_deref(),
    };
    expect(listing, &about)?;
    Ok(Some(told))
}

/// An answer with all the bars it can have lacks those before, and nothing says how many.
pub(super) fn too_long(interval: Interval) -> SourceError {
    let why = format!("an answer has {MOST_BARS} {interval} bars at most");
    SourceError::NotOffered(why)
}

/// The same days with their closes adjusted for what was paid, as another answer tells them.
pub(super) fn with_adjusted(
    reply: &Reply,
    listing: &Listing,
    answer: HistoryResult,
) -> Result<HistoryResult, SourceError> {
    let rows = told(reply, listing, &answer.instrument)?.map(|told| told.values);
    let closes: HashMap<Date, Price> = rows
        .into_iter()
        .flatten()
        .filter_map(|row| {
            let value = row.0?;
            Some((value.datetime.parse().ok()?, value.close.positive()?))
        })
        .collect();
    rows::with_adjusted(answer, &closes)
}

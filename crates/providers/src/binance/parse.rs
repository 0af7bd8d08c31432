//! Turns bytes into domain types. Pure: what time it is comes in as `received_at`.

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;
use market::{
    Basis, HistoryQuery, HistoryResult, Instrument, Previous, PreviousKind, Quote, SourceError,
};
use serde::de::DeserializeOwned;

use super::facts::NAME;
use super::wire::{Complaint, Kline, Ticker, Written};
use crate::bare;
use crate::http::Reply;
use crate::json::{self, Figure, Row};
use crate::rows::{self, Figures, Place};

/// Who goes on after being told to stop is shut out, and for longer each time: from two
/// minutes to three days.
const SHUT_OUT: Duration = Duration::from_mins(10);

/// An answer.
fn read<T: DeserializeOwned>(reply: &Reply, asked: &Instrument) -> Result<T, SourceError> {
    // An answer has no code.
    let complaint = serde_json::from_slice(&reply.body).ok();
    match complaint.map(|Complaint { code }| code) {
        _ if reply.status == 418 => Err(SourceError::Throttled { retry_after: Some(SHUT_OUT) }),
        Some(code) => Err(meaning(code, reply, asked)),
        None if !reply.is_success() => Err(reply.refusal()),
        None => json::read(&reply.body),
    }
}

/// Its own codes: <https://developers.binance.com/docs/binance-spot-api-docs/errors>.
fn meaning(code: i64, reply: &Reply, asked: &Instrument) -> SourceError {
    match code {
        -1121 => SourceError::UnknownSymbol(asked.symbol.clone()),
        -1003 | -1015 => SourceError::Throttled { retry_after: None },
        -1002 => SourceError::Unauthorised { status: reply.status },
        -1008 | -1016 => SourceError::Failing { status: 503 },
        _ if !reply.is_success() => reply.refusal(),
        _ => SourceError::Unreadable("an error in place of prices".to_owned()),
    }
}

/// The pair's row. Many come as a list.
fn ticker(reply: &Reply, pair: &str, asked: &Instrument) -> Result<Ticker, SourceError> {
    let is_list = reply.body.trim_ascii_start().starts_with(b"[");
    let found = if is_list {
        let all: Vec<Row<Ticker>> = read(reply, asked)?;
        all.into_iter().filter_map(|row| row.0).find(|it| it.symbol == pair)
    } else {
        Some(read(reply, asked)?).filter(|it: &Ticker| it.symbol == pair)
    };
    found.ok_or_else(|| SourceError::LeftOut(asked.symbol.clone()))
}

/// The last trade, and the range of the 24 hours before it.
pub(super) fn quote(
    reply: &Reply,
    pair: &str,
    asked: &Instrument,
    received_at: Timestamp,
) -> Result<Quote, SourceError> {
    let told = ticker(reply, pair, asked)?;
    // A pair that is traded no more has zeros.
    let price = told.last_price.positive();
    let price = price
        .ok_or_else(|| SourceError::Unreadable("lastPrice is not a positive number".to_owned()))?;
    let day_ago = |price| Previous { price, kind: PreviousKind::DayAgo };
    Ok(Quote {
        previous: told.open_price.positive().map(day_ago),
        day_high: told.high_price.positive(),
        day_low: told.low_price.positive(),
        volume: told.volume.number().filter(|volume| *volume >= 0.0),
        as_of: milliseconds(told.close_time),
        ..bare::quote(NAME, asked.clone(), price, received_at)
    })
}

fn milliseconds(figure: Figure) -> Option<Timestamp> {
    figure.whole().and_then(|at| Timestamp::from_millisecond(at).ok())
}

/// Reads bars.
pub(super) fn history(
    reply: &Reply,
    (question, asked): (&HistoryQuery, &Instrument),
    received_at: Timestamp,
) -> Result<HistoryResult, SourceError> {
    let klines: Vec<Row<Kline>> = read(reply, asked)?;
    let place = Place::of(asked);
    let row = |row: Row<Kline>| {
        let kline = row.0?;
        let [
            Written(at),
            Written(open),
            Written(high),
            Written(low),
            Written(close),
            Written(volume),
            ..,
        ] = kline[..]
        else {
            return None;
        };
        let at = milliseconds(at)?;
        let stamp = place.begun(at, question.interval)?;
        Some((stamp, Figures { open, high, low, close, adjusted_close: Figure::Absent, volume }))
    };
    let told = klines.into_iter().map(row);
    rows::history(NAME, question, asked.clone(), (Basis::Unadjusted, told), received_at)
}

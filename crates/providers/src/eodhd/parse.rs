//! Turns bytes into domain types. Pure: what time it is comes in as `received_at`.

mod actions;
#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use market::{
    Adjust, Bar, Basis, HistoryQuery, HistoryResult, Instrument, Previous, PreviousKind, Quote,
    Series, SeriesHead, Sieve, SourceError,
};
use serde::de::DeserializeOwned;

use super::code;
use super::facts::NAME;
use super::wire::{Payment, Quoted, Split, Value};
use crate::http::Reply;
use crate::json::{self, Row};
use crate::rows::{self, Figures, Place, Stamp};
use crate::{bare, refused};

/// An answer. What is wrong is said in a sentence, or by the status alone.
fn read<T: DeserializeOwned>(
    reply: &Reply,
    asked: &Instrument,
    now: Timestamp,
) -> Result<T, SourceError> {
    let text = String::from_utf8_lossy(&reply.body[..reply.body.len().min(LONGEST_SENTENCE)]);
    let text = text.trim().to_lowercase();
    // A limit that is used up comes with status 402, by some accounts with 200.
    if text.starts_with("you exceeded your") {
        let retry_after = text.contains("daily").then(|| until_midnight(now)).flatten();
        return Err(SourceError::Throttled { retry_after });
    }
    if reply.is_success() {
        return json::read(&reply.body);
    }
    Err(match reply.status {
        404 if text.starts_with("ticker not found") => {
            SourceError::UnknownSymbol(asked.symbol.clone())
        }
        402 => lacks(),
        403 if OF_PLAN.iter().any(|words| text.contains(words)) => lacks(),
        status => refused::in_text(&text, status).unwrap_or_else(|| reply.refusal()),
    })
}

/// What is said in place of what a plan does not have, in lower case.
const OF_PLAN: [&str; 4] = ["free users", "subscription", "plan", "contact support"];

fn lacks() -> SourceError {
    SourceError::NotOffered("the key's plan does not have it".to_owned())
}

/// So much of a body is looked at for a sentence.
const LONGEST_SENTENCE: usize = 200;

/// Its days begin at midnight in UTC.
fn until_midnight(now: Timestamp) -> Option<Duration> {
    let tomorrow = now.to_zoned(TimeZone::UTC).date().tomorrow().ok()?;
    let midnight = TimeZone::UTC.to_timestamp(tomorrow.at(0, 0, 0, 0)).ok()?;
    Duration::try_from(midnight.duration_since(now)).ok()
}

/// The latest price of one instrument.
pub(super) fn quote(
    reply: &Reply,
    code: &str,
    asked: &Instrument,
    received_at: Timestamp,
) -> Result<Quote, SourceError> {
    let said: Quoted = read(reply, asked, received_at)?;
    // It is named with its exchange or without.
    if said.code != code && code.rsplit_once('.').is_none_or(|(name, _)| name != said.code) {
        return Err(SourceError::Unreadable("it is about another code".to_owned()));
    }
    // The text `NA`: it is not known, or nothing was traded of it.
    let price = said.close.positive().ok_or_else(|| SourceError::LeftOut(asked.symbol.clone()))?;
    let instrument = code::described(asked);
    let previous = said.previous_close.positive();
    Ok(Quote {
        previous: previous.map(|price| Previous { price, kind: PreviousKind::Close }),
        day_high: said.high.positive(),
        day_low: said.low.positive(),
        volume: said.volume.number().filter(|volume| *volume >= 0.0),
        as_of: said.timestamp.instant(),
        ..bare::quote(NAME, instrument, price, received_at)
    })
}

/// Reads bars as they were traded.
pub(super) fn history(
    reply: &Reply,
    (question, asked): (&HistoryQuery, &Instrument),
    received_at: Timestamp,
) -> Result<HistoryResult, SourceError> {
    let is_intraday = question.interval.is_intraday();
    let values: Vec<Row<Value>> = read(reply, asked, received_at).map_err(|error| match error {
        // Minutes take a larger plan, and a smaller one's refusal says no more.
        SourceError::Unauthorised { status: 403 } if is_intraday => lacks(),
        error => error,
    })?;
    let instrument = code::described(asked);
    let place = Place::of(&instrument);
    let today = place.date(received_at);
    if values.is_empty() && rows::was_traded(&instrument, question.span, today) {
        return Err(SourceError::LeftOut(asked.symbol.clone()));
    }
    if is_cut_short(&values, question, today) {
        return Err(SourceError::NotOffered("the key's plan has the last year alone".to_owned()));
    }
    let told = values.into_iter().filter_map(|row| {
        let Some(value) = row.0 else { return Some(None) };
        let Some(stamp) = stamp(&value, is_intraday, &place) else { return Some(None) };
        // The closing auction has a row of its own after the last minute.
        let is_regular = !is_intraday || place.trades(stamp.open_time);
        is_regular.then(|| Some((stamp, figures(&value))))
    });
    rows::history(NAME, question, instrument, (Basis::Unadjusted, told), received_at)
}

/// Whether an answer says that the plan has less, and begins later than asked for, by more
/// than a weekend with holidays.
fn is_cut_short(values: &[Row<Value>], question: &HistoryQuery, today: Date) -> bool {
    let values = || values.iter().filter_map(|row| row.0.as_ref());
    let begins: Option<Date> = values().find_map(|value| value.date.as_ref()?.parse().ok());
    let asked = question.span.days(today).0;
    let is_later = asked.zip(begins).is_none_or(|(asked, begins)| (begins - asked).get_days() > 7);
    is_later && values().any(|value| value.warning.is_some())
}

fn stamp(value: &Value, is_intraday: bool, place: &Place) -> Option<Stamp> {
    if is_intraday {
        place.moment(value.timestamp.instant()?)
    } else {
        place.day(value.date.as_ref()?.parse().ok()?)
    }
}

fn figures(value: &Value) -> Figures {
    Figures {
        open: value.open,
        high: value.high,
        low: value.low,
        close: value.close,
        adjusted_close: value.adjusted_close,
        volume: value.volume,
    }
}

/// The same bars on the basis that all sources are compared on: earlier prices divided by
/// later splits. Volumes are told in shares of today already.
///
/// # Errors
///
/// [`SourceError::NotOffered`] for bars within a day before a split: nobody says whether
/// they are adjusted for it.
pub(super) fn with_splits(
    reply: &Reply,
    answer: HistoryResult,
) -> Result<HistoryResult, SourceError> {
    let told: Vec<Row<Split>> = read(reply, &answer.instrument, answer.received_at)?;
    let mut sieve = Sieve::new(answer.instrument.kind, answer.received_at);
    let splits = actions::splits(told, rows::today(&answer), &mut sieve);
    if answer.query.interval.is_intraday() && !splits.is_empty() {
        let why = "it does not say whether minutes before a split are adjusted for it";
        return Err(SourceError::NotOffered(why.to_owned()));
    }
    let adjusted = answer.series.adjusted(Adjust::Splits, &splits).map_err(|error| {
        SourceError::Unreadable(format!("its splits cannot be applied: {error}"))
    })?;
    let told = answer.series.bars().map(|bar| bar.volume);
    let bars = adjusted.bars().zip(told).map(|(bar, volume)| Bar { volume, ..bar }).collect();
    let head = SeriesHead { basis: Basis::Splits, ..adjusted.head.clone() };
    let set_aside = [answer.set_aside, sieve.set_aside].concat();
    Ok(HistoryResult { series: Series::new(head, bars), actions: splits, set_aside, ..answer })
}

/// The same bars with what was paid on their days, beside the splits.
pub(super) fn with_payments(
    reply: &Reply,
    answer: HistoryResult,
) -> Result<HistoryResult, SourceError> {
    let told: Vec<Row<Payment>> = read(reply, &answer.instrument, answer.received_at)?;
    let mut sieve = Sieve::new(answer.instrument.kind, answer.received_at);
    let own = answer.instrument.currency.as_ref();
    let paid = actions::payments(told, (own, rows::today(&answer)), &mut sieve);
    let mut happened = [answer.actions.clone(), paid].concat();
    happened.sort_by_key(|action| action.ex_date);
    rows::with_actions(answer, happened, sieve)
}

//! Turns bytes into domain types. Pure: what time it is comes in as `received_at`.

mod actions;
mod days;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use market::{
    Adjust, Basis, Calendar, HistoryQuery, HistoryResult, Instrument, Previous, PreviousKind,
    Quote, Series, SeriesHead, Sieve, SourceError,
};
use serde::de::DeserializeOwned;

use super::facts::NAME;
use super::wire::{Complaint, Day, Top};
use crate::http::Reply;
use crate::json::{self, Row};
use crate::united_states::described;
use crate::{bare, cut, refused, rows, shares_of_today};

/// The rows of `/iex/`. They come in any order, and without what is not known there.
pub(super) fn tops(reply: &Reply) -> Result<Vec<Top>, SourceError> {
    if let Some(complaint) = complaint(&reply.body) {
        return Err(meaning(&complaint, reply));
    }
    if !reply.is_success() {
        return Err(reply.refusal());
    }
    let rows: Vec<Row<Top>> = rows(reply)?;
    Ok(rows.into_iter().filter_map(|row| row.0).collect())
}

/// The rows of an answer, at least one of which is such a row where there are any.
fn rows<T: DeserializeOwned>(reply: &Reply) -> Result<Vec<Row<T>>, SourceError> {
    let rows: Vec<Row<T>> = json::read(&reply.body)?;
    if !rows.is_empty() && rows.iter().all(|row| row.0.is_none()) {
        return Err(SourceError::Unreadable("no row has the expected shape".to_owned()));
    }
    Ok(rows)
}

/// The latest price of one instrument.
pub(super) fn quote(
    rows: &[Top],
    ticker: &str,
    asked: &Instrument,
    received_at: Timestamp,
) -> Result<Quote, SourceError> {
    let row = rows.iter().find(|row| row.ticker.eq_ignore_ascii_case(ticker));
    let row = row.ok_or_else(|| SourceError::LeftOut(asked.symbol.clone()))?;
    let price = row.tngo_last.positive().ok_or_else(|| {
        SourceError::Unreadable("tngoLast is missing or not a positive number".to_owned())
    })?;
    let as_of = row.timestamp.as_ref().and_then(|text| text.parse().ok());
    let instrument = described(asked);
    Ok(Quote {
        previous: previous(row, &instrument, as_of, received_at),
        day_high: row.high.positive(),
        day_low: row.low.positive(),
        // That of one exchange: a few of a hundred shares are traded there.
        volume: None,
        as_of,
        ..bare::quote(NAME, instrument, price, received_at)
    })
}

/// The close before, while the price is of the latest day of trading. Later nobody says
/// whether it has moved on already, to the price's own day.
fn previous(
    row: &Top,
    instrument: &Instrument,
    as_of: Option<Timestamp>,
    received_at: Timestamp,
) -> Option<Previous> {
    let day_of = |at: Timestamp| at.to_zoned(instrument.zone()).date();
    let (day, today) = (day_of(as_of?), day_of(received_at));
    let calendar = Calendar::for_instrument(instrument)?;
    let is_latest = calendar.sessions(day, today).all(|session| session <= day);
    let price = row.prev_close.positive().filter(|_| is_latest)?;
    Some(Previous { price, kind: PreviousKind::Close })
}

/// Reads bars and what happened on their days, on the basis that all sources are compared
/// on: earlier prices, and what was paid, divided by later splits.
pub(super) fn history(
    reply: &Reply,
    question: &HistoryQuery,
    asked: &Instrument,
    received_at: Timestamp,
) -> Result<HistoryResult, SourceError> {
    if let Some(complaint) = complaint(&reply.body) {
        return Err(refusal(&complaint, reply, asked));
    }
    if !reply.is_success() {
        return Err(reply.refusal());
    }
    let rows: Vec<Row<Day>> = rows(reply)?;
    let instrument = described(asked);
    let zone = instrument.zone();
    let mut sieve = Sieve::new(instrument.kind, received_at);
    let days::Read { bars, actions, unpriced } = days::read(rows, &zone, &mut sieve)?;
    let traded = rows::answer(NAME, question, instrument, (Basis::Unadjusted, bars), sieve);
    let adjusted = traded.series.adjusted(Adjust::Splits, &actions).map_err(|error| {
        SourceError::Unreadable(format!("its splits cannot be applied: {error}"))
    })?;
    // Without a split the basis would keep its name.
    let head = SeriesHead { basis: Basis::Splits, ..adjusted.head.clone() };
    let series = Series::new(head, adjusted.bars().collect());
    let today = received_at.to_zoned(zone).date();
    let actions = shares_of_today::restated(actions);
    let (series, actions) = cut::to_span(&series, actions, question.span, today)?;
    let unpriced = cut::dates(unpriced, question.span, today);
    Ok(HistoryResult { series, actions, unpriced, ..traded })
}

/// What stands in place of an answer: an object with a sentence, or a bare sentence. Either
/// may come with status 200.
fn complaint(body: &[u8]) -> Option<String> {
    if let Ok(Complaint { detail }) = serde_json::from_slice(body) {
        return Some(detail);
    }
    let text = str::from_utf8(body).ok()?.trim();
    let is_sentence = text.starts_with(|first: char| first.is_ascii_alphabetic());
    is_sentence.then(|| text.to_owned())
}

/// Whether Tiingo itself says so. A bare sentence may be of whoever stands before it.
fn is_its_own(reply: &Reply) -> bool {
    serde_json::from_slice::<Complaint>(&reply.body).is_ok()
}

/// What a complaint about one ticker means.
fn refusal(complaint: &str, reply: &Reply, asked: &Instrument) -> SourceError {
    let is_not_found = reply.status == 404 && complaint.to_lowercase().contains("not found");
    if is_not_found && is_its_own(reply) {
        return SourceError::UnknownSymbol(asked.symbol.clone());
    }
    meaning(complaint, reply)
}

/// What a complaint means whatever was asked.
fn meaning(complaint: &str, reply: &Reply) -> SourceError {
    let text = complaint.to_lowercase();
    if text.contains("symbol look up") {
        let why = "the symbols that the key may ask for this month are used up";
        return SourceError::NotOffered(why.to_owned());
    }
    if text.contains("run over your") {
        return SourceError::Throttled { retry_after: None };
    }
    let is_of_the_key = ["token", "credential", "authentic"].iter().any(|it| text.contains(it));
    if reply.status == 403 && is_its_own(reply) && !is_of_the_key {
        return SourceError::NotOffered("the key's plan does not have it".to_owned());
    }
    if matches!(reply.status, 401 | 403) {
        return reply.refusal();
    }
    refused::in_sentence(complaint, reply)
}

//! Turns bytes about charts, sparks and searches into domain types. Pure: what time it is
//! comes in as `received_at`.

mod actions;
mod dates;
mod live;
mod market_day;
mod meta;
mod number;
mod quote;
mod rows;
mod search;
mod spark;

use jiff::Timestamp;
use market::{
    Basis, Calendar, HistoryQuery, HistoryResult, Instrument, Interval, Kept, Kind, Series,
    SeriesHead, Sieve, Source, SourceError, Span,
};
use serde::de::IgnoredAny;

use self::market_day::MarketDay;
use super::{facts, window, wire};
use crate::http::Reply;
use crate::json::{self, Figure};
use crate::refused;

pub(super) use self::quote::quote;
pub(super) use self::search::instruments;
pub(super) use self::spark::quotes;

/// Reads bars and actions, the live bar folded in.
pub(super) fn answer(
    body: &[u8],
    question: &HistoryQuery,
    asked: &Instrument,
    received_at: Timestamp,
) -> Result<HistoryResult, SourceError> {
    let chart = result(body, asked, question.interval)?;
    let described = meta::describe(&chart.meta, asked)?;
    meta::same_interval(&chart, question.interval, &described.zone)?;
    let mut sieve = Sieve::new(described.instrument.kind, received_at);
    let day = market_day(&described, question.interval);
    let rows::Read { bars, unpriced } = rows::bars(&chart, &day, &mut sieve)?;
    let is_period = matches!(question.span, Span::Period(_));
    if bars.is_empty() && sieve.set_aside.is_empty() && rows::has_any(&chart) && is_period {
        // Dates that were named may all be holes, such as a holiday. Back from
        // now, holes alone are a fault, and must not look like an empty stretch.
        return Err(unreadable("every price is missing"));
    }
    let currency = described.currency.as_ref();
    let actions = actions::read(chart.events.as_ref(), currency, &described.zone, &mut sieve);
    let bars = live::fold(bars, &day);
    let latest = quote::latest_in_range(&chart.meta);
    let mut bars = sieve.beside_each_other(bars, &actions, latest.price);
    latest.compare(&bars, &actions, &day, &mut sieve)?;
    if let Some(last) = bars.last_mut() {
        last.provisional = received_at < day.end_of(last);
    }
    let mut head = head(question, &described.instrument);
    head.currency = described.currency;
    Ok(HistoryResult {
        query: question.clone(),
        series: Series::new(head, bars),
        actions,
        instrument: described.instrument,
        session: day.session,
        received_at,
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced,
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: sieve.set_aside,
    })
}

/// What places the rows of a chart in time.
fn market_day(described: &meta::Described, interval: Interval) -> MarketDay {
    MarketDay {
        kind: described.instrument.kind,
        interval,
        zone: described.zone.clone(),
        session: described.session,
        traded_at: described.traded_at,
        calendar: hours_of(&described.instrument),
    }
}

/// Yahoo ends the days of what trades round the clock at midnight.
fn hours_of(instrument: &Instrument) -> Option<&'static Calendar> {
    let round_the_clock = [Kind::Currency, Kind::Crypto, Kind::Future];
    let has_hours = !round_the_clock.contains(&instrument.kind);
    Calendar::for_instrument(instrument).filter(|_| has_hours)
}

/// The answer that there was nothing then.
pub(super) fn nothing(
    question: &HistoryQuery,
    instrument: &Instrument,
    received_at: Timestamp,
) -> HistoryResult {
    HistoryResult {
        query: question.clone(),
        series: Series::new(head(question, instrument), Vec::new()),
        actions: Vec::new(),
        instrument: instrument.clone(),
        session: None,
        received_at,
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: Vec::new(),
    }
}

/// Yahoo divides earlier prices by later splits, `adjclose` by dividends too.
fn head(question: &HistoryQuery, instrument: &Instrument) -> SeriesHead {
    let as_traded = matches!(instrument.kind, Kind::Currency | Kind::Crypto);
    SeriesHead {
        symbol: question.symbol.clone(),
        interval: question.interval,
        source: Source::new(facts::NAME),
        currency: instrument.currency.clone(),
        basis: if as_traded { Basis::Unadjusted } else { Basis::Splits },
    }
}

fn result(body: &[u8], asked: &Instrument, interval: Interval) -> Result<wire::Chart, SourceError> {
    let outcome = json::read::<wire::Envelope<wire::Chart>>(body)?.outcome;
    let first = outcome.result.and_then(|results| results.into_iter().next());
    first.ok_or_else(|| match outcome.error {
        Some(error) => meaning(&error, 200, asked, interval),
        None => unreadable("neither a result nor an error"),
    })
}

/// Whether the instrument exists and had no bar in the stretch asked:
/// status 400 and "Data doesn't exist for startDate = …".
pub(super) fn is_truly_empty(reply: &Reply) -> bool {
    reply.status == 400
        && error(&reply.body)
            .is_some_and(|error| error.description.starts_with("Data doesn't exist for startDate"))
}

/// What an answer other than a success means.
pub(super) fn refusal(reply: &Reply, asked: &Instrument, interval: Interval) -> SourceError {
    match error(&reply.body) {
        Some(error) if reply.status != 401 => meaning(&error, reply.status, asked, interval),
        _ => reply.refusal(),
    }
}

fn error(body: &[u8]) -> Option<wire::Refusal> {
    json::read::<wire::Envelope<IgnoredAny>>(body).ok()?.outcome.error
}

fn meaning(
    error: &wire::Refusal,
    status: u16,
    asked: &Instrument,
    interval: Interval,
) -> SourceError {
    let says = |words: &str| error.description.contains(words);
    if error.is_not_found() {
        return SourceError::UnknownSymbol(asked.symbol.clone());
    }
    if says("must be within the last") || says("worth of") {
        let days = days_named(&error.description).or(window::reach(interval));
        return window::outside(interval, days.unwrap_or(0));
    }
    complaint(error, status)
}

/// What an error means that is about the request as a whole.
fn complaint(error: &wire::Refusal, status: u16) -> SourceError {
    let said = refused::in_text(&format!("{} {}", error.code, error.description), status);
    said.unwrap_or_else(|| match status {
        200 => unreadable("an error in place of a result"),
        status => SourceError::Failing { status },
    })
}

/// The number before "days" in "must be within the last 60 days" and "Only 8
/// days worth of 1m granularity data are allowed".
fn days_named(description: &str) -> Option<u32> {
    let words: Vec<&str> = description.split_whitespace().collect();
    let at = words.iter().position(|word| word.starts_with("days"))?;
    words.get(at.checked_sub(1)?)?.parse().ok()
}

fn unreadable(what: &str) -> SourceError {
    SourceError::Unreadable(what.to_owned())
}

fn instant(seconds: Figure) -> Option<Timestamp> {
    Timestamp::from_second(seconds.whole()?).ok()
}

#[cfg(test)]
mod tests;

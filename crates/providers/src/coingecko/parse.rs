use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{
    Bar, Element, Impossible, Instrument, Interval, Kind, Previous, PreviousKind, Price, Quote,
    SetAside, Sieve, Source, SourceError,
};

use super::coins::Pair;
use super::facts::NAME;
use super::wire::{MarketChart, Prices, Refusal};
use crate::http::Reply;
use crate::json::{self, Figure};
use crate::refused;

/// How far back daily closes are free, in days.
pub(super) const REACH_DAYS: u32 = 365;

/// Reads the answer about all pairs that were asked together.
pub(super) fn prices(reply: &Reply) -> Result<Prices, SourceError> {
    if !reply.is_success() {
        return Err(reply.refusal());
    }
    refused_all_the_same(&reply.body).map_or_else(|| json::read(&reply.body), Err)
}

/// What a body says that came with status 200 and is a refusal.
fn refused_all_the_same(body: &[u8]) -> Option<SourceError> {
    let (code, text) = match serde_json::from_slice(body).ok()? {
        Refusal::Nested { error: inner } | Refusal::Flat(inner) => (inner.status.error_code, None),
        Refusal::Text { error } => (0, Some(error)),
    };
    let said = || refused::in_text(&text.unwrap_or_default(), 200);
    Some(match code {
        429 => SourceError::Throttled { retry_after: None },
        // Their own codes: 10002 no key, 10005 not in the plan, 10010 and 10011 the
        // wrong kind of key.
        401 | 403 | 10_002..=10_011 => SourceError::Unauthorised { status: 200 },
        10_012 => outside(),
        _ => said()
            .unwrap_or_else(|| SourceError::Unreadable("an error in place of a result".to_owned())),
    })
}

/// The price of one pair.
pub(super) fn quote(
    prices: &Prices,
    pair: &Pair,
    instrument: &Instrument,
    received_at: Timestamp,
) -> Result<Quote, SourceError> {
    let coin = prices.get(pair.id);
    let coin = coin.ok_or_else(|| SourceError::LeftOut(instrument.symbol.clone()))?;
    let field = |name: &str| coin.get(name).and_then(|figure| figure.number());
    // A currency that is not known there is left out: `{"bitcoin":{}}`.
    let price = *coin.get(&pair.currency).ok_or_else(|| {
        SourceError::NotOffered(format!("{} has no price in {}", pair.id, pair.currency))
    })?;
    let price =
        price.number().and_then(Price::new).filter(|price| price.get() > 0.0).ok_or_else(|| {
            SourceError::Unreadable(format!(
                "{}.{} is not a positive number",
                pair.id, pair.currency
            ))
        })?;
    let change = field(&format!("{}_24h_change", pair.currency));
    Ok(Quote {
        instrument: instrument.clone(),
        price,
        currency: pair.currency.to_ascii_uppercase().parse().ok(),
        previous: change.and_then(|percent| day_ago(price, percent)),
        day_high: None,
        day_low: None,
        volume: None,
        session: None,
        as_of: field("last_updated_at").and_then(|at| Timestamp::from_second(at as i64).ok()),
        received_at,
        source: Source::new(NAME),
        simulated: false,
        witness: None,
    })
}

/// The price 24 hours earlier, from the change since then in percent.
fn day_ago(price: Price, percent: f64) -> Option<Previous> {
    let price = Price::new(price.get() / (1.0 + percent / 100.0))?;
    (percent > -100.0).then_some(Previous { price, kind: PreviousKind::DayAgo })
}

/// Daily closes in UTC out of points at irregular times.
///
/// The points are samples: they give a day's close, but not its open, high or
/// low. The last of them may step back in time. Where a day's last point has no
/// price, its close is not known: an earlier point must not stand for it.
///
/// A point that cannot be read is set aside.
pub(super) fn closes(
    body: &[u8],
    received_at: Timestamp,
) -> Result<(Vec<Bar>, Vec<SetAside>), SourceError> {
    if let Some(refusal) = refused_all_the_same(body) {
        return Err(refusal);
    }
    let chart: MarketChart = json::read(body)?;
    let price = |point: &[Figure]| point.get(1).copied().unwrap_or_default();
    if !chart.prices.is_empty() && chart.prices.iter().all(|it| price(it) == Figure::Absent) {
        return Err(SourceError::Unreadable("every price is missing".to_owned()));
    }
    let mut days: BTreeMap<Date, (Timestamp, Figure)> = BTreeMap::new();
    let mut sieve = Sieve::new(Kind::Crypto, received_at);
    for point in chart.prices {
        let Some(at) = instant(&point) else {
            sieve.keep(Element::Bar, None, Impossible::NoTime);
            continue;
        };
        let last = days.entry(day_of(at)).or_insert((at, price(&point)));
        if at >= last.0 {
            *last = (at, price(&point));
        }
    }
    let mut bars = Vec::with_capacity(days.len());
    for (date, (_, close)) in days {
        match close.number().and_then(Price::new) {
            Some(close) => bars.extend(sieve.bar(bar(date, close, received_at))),
            None if close == Figure::Odd => {
                sieve.keep(Element::Bar, Some(date), Impossible::NoNumber);
            }
            None => {}
        }
    }
    Ok((bars, sieve.set_aside))
}

fn instant(point: &[Figure]) -> Option<Timestamp> {
    let milliseconds = point.first()?.number()?;
    Timestamp::from_millisecond(milliseconds as i64).ok()
}

/// The day that a point is about: one stamped at midnight closes the day before.
fn day_of(at: Timestamp) -> Date {
    let just_before = at.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(at);
    just_before.to_zoned(TimeZone::UTC).date()
}

fn bar(date: Date, close: Price, received_at: Timestamp) -> Bar {
    let midnight =
        |date: Date| TimeZone::UTC.to_timestamp(date.to_datetime(jiff::civil::Time::midnight()));
    let open_time = midnight(date).unwrap_or(Timestamp::MIN);
    let end = date.tomorrow().and_then(midnight).unwrap_or(Timestamp::MAX);
    Bar {
        open_time,
        date,
        open: None,
        high: None,
        low: None,
        close,
        adj_close: None,
        volume: None,
        provisional: received_at < end,
    }
}

/// What a refused question about history means.
pub(super) fn refusal(reply: &Reply, instrument: &Instrument) -> SourceError {
    match (reply.status, json::read::<Refusal>(&reply.body)) {
        (401, Ok(Refusal::Nested { error: inner } | Refusal::Flat(inner)))
            if inner.status.error_code == 10012 =>
        {
            outside()
        }
        (404, Ok(Refusal::Text { error })) if error == "coin not found" => {
            SourceError::UnknownSymbol(instrument.symbol.clone())
        }
        _ => reply.refusal(),
    }
}

/// The refusal of what lies further back than the free year.
pub(super) fn outside() -> SourceError {
    SourceError::OutsideWindow {
        interval: Interval::D1,
        days: REACH_DAYS,
        hint: "ask for period=1y or less".to_owned(),
    }
}

#[cfg(test)]
mod tests;

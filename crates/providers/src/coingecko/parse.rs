use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{
    Bar, Instrument, Interval, Previous, PreviousKind, Price, Quote, Source, SourceError,
};

use super::coins::Pair;
use super::facts::NAME;
use super::wire::{MarketChart, Prices, Refusal};
use crate::http::Reply;
use crate::json;

/// How far back daily closes are free, in days.
pub(super) const REACH_DAYS: u32 = 365;

/// Reads the answer about all pairs that were asked together.
pub(super) fn prices(reply: &Reply) -> Result<Prices, SourceError> {
    if reply.is_success() { json::read(&reply.body) } else { Err(reply.refusal()) }
}

/// The price of one pair.
pub(super) fn quote(
    prices: &Prices,
    pair: &Pair,
    instrument: &Instrument,
    received_at: Timestamp,
) -> Result<Quote, SourceError> {
    let coin = prices.get(pair.id);
    let coin = coin.ok_or_else(|| SourceError::UnknownSymbol(instrument.symbol.clone()))?;
    let field = |name: &str| coin.get(name).copied().flatten();
    // A currency that is not known there is left out: `{"bitcoin":{}}`.
    let price = *coin.get(&pair.currency).ok_or_else(|| {
        SourceError::NotOffered(format!("{} has no price in {}", pair.id, pair.currency))
    })?;
    let price = price.and_then(Price::new).filter(|price| price.get() > 0.0).ok_or_else(|| {
        SourceError::Unreadable(format!("{}.{} is not a positive number", pair.id, pair.currency))
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
pub(super) fn closes(body: &[u8], received_at: Timestamp) -> Result<Vec<Bar>, SourceError> {
    let chart: MarketChart = json::read(body)?;
    if !chart.prices.is_empty() && chart.prices.iter().all(|(_, price)| price.is_none()) {
        return Err(SourceError::Unreadable("every price is missing".to_owned()));
    }
    let mut days: BTreeMap<Date, (Timestamp, Option<Price>)> = BTreeMap::new();
    for (at, price) in chart.prices {
        let price = price.and_then(Price::new);
        let at = Timestamp::from_millisecond(at as i64)
            .map_err(|_| SourceError::Unreadable("prices holds a time out of range".to_owned()))?;
        let last = days.entry(day_of(at)).or_insert((at, price));
        if at >= last.0 {
            *last = (at, price);
        }
    }
    let bars =
        days.into_iter().filter_map(|(date, (_, close))| Some(bar(date, close?, received_at)));
    Ok(bars.collect())
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

//! What a quote's own answer says of its price.

use jiff::civil::Date;
use market::{Bar, Kind, Price, Quote, Witness, power_of_ten};

use super::limits::{agree, agreement, jump};

/// What the rest of an answer says of the price in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    /// The price lies in its own day's range, and nothing speaks against it.
    For,
    /// It says too little.
    Silent,
    /// The price is a multiple or a fraction of its own range, or a hundredfold of
    /// all that went before.
    Against,
}

/// Judges a price by its own answer alone.
pub(crate) fn own_answer(quote: &Quote) -> Own {
    let range = day_range(quote);
    if range.is_some_and(|range| range.is_left_by(quote)) || is_of_another_unit(quote, range) {
        return Own::Against;
    }
    match range {
        Some(range) if range.is_whole && range.spans(quote) => Own::For,
        _ => Own::Silent,
    }
}

/// The lowest and highest price of some time.
#[derive(Clone, Copy)]
struct Range {
    low: Price,
    high: Price,
    /// Made of more than a close, which may be the price itself once more.
    is_whole: bool,
}

impl Range {
    /// The nearer end where a price lies outside.
    fn missed_by(self, price: Price) -> Option<Price> {
        let below = (price < self.low).then_some(self.low);
        below.or_else(|| (price > self.high).then_some(self.high))
    }

    /// Whether a price lies further outside than its kind moves.
    fn is_left_by(self, quote: &Quote) -> bool {
        let Some(nearest) = self.missed_by(quote.price) else { return false };
        match quote.instrument.kind {
            Kind::Option => is_slip(quote.price, nearest),
            kind => !agree(quote.price, nearest, jump(kind)) && !is_near_zero(kind, quote, nearest),
        }
    }

    /// Whether a price lies within, but for what a range may lag behind.
    fn spans(self, quote: &Quote) -> bool {
        let missed = self.missed_by(quote.price);
        missed.is_none_or(|end| agree(quote.price, end, agreement(quote.instrument.kind)))
    }
}

/// Where prices cross zero a ratio says nothing: for yields, and where one of the
/// two is not above it, a difference below one is small.
fn is_near_zero(kind: Kind, quote: &Quote, other: Price) -> bool {
    let (price, other) = (quote.price.get(), other.get());
    let crosses = kind == Kind::Rate || price <= 0.0 || other <= 0.0;
    crosses && (price - other).abs() <= 1.0_f64.max(2.0 * other.abs())
}

/// The stated range of the day; else its bar.
fn day_range(quote: &Quote) -> Option<Range> {
    let stated = quote.day_low.zip(quote.day_high);
    let stated = stated.map(|(low, high)| Range { low, high, is_whole: true });
    let by_bar = || day_bar(quote).map(|bar| range_of(&bar));
    stated.or_else(by_bar)
}

fn range_of(bar: &Bar) -> Range {
    let ends = bar.low.zip(bar.high);
    let (low, high) = ends.unwrap_or((bar.close, bar.close));
    Range { low, high, is_whole: ends.is_some() }
}

/// The bar of the price's own day. Where a last row repeats the price at its own
/// instant, the row before it says more.
fn day_bar(quote: &Quote) -> Option<Bar> {
    let day = day_of(quote)?;
    let bars = &quote.witness.as_ref()?.bars;
    let mut of_day: Vec<&Bar> = bars.iter().filter(|bar| bar.date == day).collect();
    if of_day.len() > 1 {
        of_day.retain(|bar| Some(bar.open_time) != quote.as_of);
    }
    of_day.first().map(|bar| **bar)
}

pub(super) fn day_of(quote: &Quote) -> Option<Date> {
    Some(quote.as_of?.to_zoned(quote.instrument.zone()).date())
}

/// Whether a price is near a hundredfold of all that its answer says of before, or
/// an even higher power of ten, and no split says why.
fn is_of_another_unit(quote: &Quote, range: Option<Range>) -> bool {
    let before = prices_before(quote);
    let is_off = |other: &Price| is_slip(quote.price, *other) && !are_small_rates(quote, *other);
    if !before.is_empty() {
        return before.iter().all(is_off) && !has_split(quote);
    }
    let year = quote.witness.as_ref().and_then(|it| it.year_low.zip(it.year_high));
    let year = year.map(|(low, high)| Range { low, high, is_whole: true });
    let missed = year.filter(|_| range.is_none()).and_then(|it| it.missed_by(quote.price));
    missed.is_some_and(|end| is_off(&end))
}

/// The previous price and the closes before the price's own day.
pub(super) fn prices_before(quote: &Quote) -> Vec<Price> {
    let previous = quote.previous.map(|previous| previous.price);
    let bars = quote.witness.as_ref().map(|it| it.bars.as_slice()).unwrap_or_default();
    let day = day_of(quote);
    let closes = bars.iter().filter(|bar| day.is_some_and(|day| bar.date < day));
    previous.into_iter().chain(closes.map(|bar| bar.close)).collect()
}

fn has_split(quote: &Quote) -> bool {
    let found = quote.witness.as_deref().zip(day_of(quote));
    found.is_some_and(|(it, day): (&Witness, _)| it.split_between(Date::MIN, day).is_some())
}

/// A hundred times as much or more, by a power of ten, or as little.
pub(super) fn is_slip(one: Price, other: Price) -> bool {
    power_of_ten(one.get() / other.get()).is_some_and(|power| power.abs() >= 2)
}

/// Near zero a hundredfold rate is a matter of basis points.
pub(super) fn are_small_rates(quote: &Quote, other: Price) -> bool {
    let largest = quote.price.get().abs().max(other.get().abs());
    quote.instrument.kind == Kind::Rate && largest < 1.0
}

//! What cannot be, whoever says it and however often. A fault is as large as the
//! element it is in: that bar, action or quote is set aside with its reason, and
//! what stands beside it is served.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::bar::volume;
use crate::neighbours::is_slip;
use crate::{
    Action, ActionKind, Bar, CLOCK_SLACK, Element, HistoryResult, Impossible, Kind, Price, Quote,
    Series, SetAside, off_neighbours,
};

/// Nothing is priced below, but for zero: a coin in another coin comes near it.
const SMALLEST: f64 = 1e-12;

/// Nothing is priced above, in whatever currency.
const LARGEST: f64 = 1e12;

/// Rounding to single precision puts a low this much above its high, relatively.
const ROUNDING: f64 = 1e-6;

/// A price this many times its own range, or the inverse, is no rounding: the
/// furthest seen in 13,621 recorded bars is seven hundredths.
const FACTOR: f64 = 3.0;

/// Where prices cross zero a ratio says nothing. A difference below this is small
/// for yields, in percentage points, and for what trades around zero.
const SMALL: f64 = 1.0;

impl Kind {
    /// Whether it may be worth nothing or less: yields fell below zero in Europe
    /// and Japan from 2014 on, crude oil futures in April 2020.
    pub fn may_be_below_zero(self) -> bool {
        matches!(self, Self::Future | Self::Rate)
    }

    /// Why something of this kind cannot have such a price, if it cannot.
    pub fn forbids(self, price: Price) -> Option<Impossible> {
        let size = price.get().abs();
        if price.get() <= 0.0 && !self.may_be_below_zero() {
            return Some(Impossible::Sign);
        }
        let is_sized = size == 0.0 || (SMALLEST..=LARGEST).contains(&size);
        (!is_sized).then_some(Impossible::Magnitude)
    }

    fn allows(self, price: Price) -> bool {
        self.forbids(price).is_none()
    }
}

impl Bar {
    /// Why a bar of such an instrument, received at an instant, cannot be. A close
    /// somewhat outside low–high is no such reason: upstreams round. One of which some
    /// prices are a hundredfold of others is partly in another unit.
    pub fn impossible(&self, kind: Kind, received_at: Timestamp) -> Option<Impossible> {
        let prices = [Some(self.close), self.open, self.high, self.low];
        if let Some(reason) = prices.into_iter().flatten().find_map(|price| kind.forbids(price)) {
            return Some(reason);
        }
        if is_in_future(self.open_time, received_at) {
            return Some(Impossible::InFuture);
        }
        if is_crossed(self.low, self.high) {
            return Some(Impossible::Crossed);
        }
        let is_off = |price| is_off_range(kind, price, self.low, self.high);
        let is_off = is_off(self.close) || self.open.is_some_and(is_off);
        let others = [self.open, self.high, self.low].into_iter().flatten();
        let is_mixed = || others.into_iter().any(|it| is_slip(kind, it, self.close));
        (is_off || is_mixed()).then_some(Impossible::OutOfRange)
    }

    /// Without an adjusted close that cannot be one. No price depends on it.
    fn without_odd_parts(self, kind: Kind) -> Self {
        Self { adj_close: self.adj_close.filter(|price| kind.allows(*price)), ..self }
    }
}

impl Action {
    /// Why there cannot be such an action, if there cannot.
    pub fn impossible(&self) -> Option<Impossible> {
        let is_sized = |number: f64| (SMALLEST..=LARGEST).contains(&number);
        match &self.kind {
            ActionKind::Split { numerator, denominator } => {
                (!is_sized(*numerator) || !is_sized(*denominator)).then_some(Impossible::Terms)
            }
            ActionKind::Dividend(paid) | ActionKind::CapitalGain(paid) => {
                (!is_sized(paid.amount)).then_some(Impossible::Amount)
            }
        }
    }
}

impl Quote {
    /// Why such a quote cannot be, if it cannot.
    pub fn impossible(&self, now: Timestamp) -> Option<Impossible> {
        let in_future = || self.as_of.is_some_and(|as_of| is_in_future(as_of, now));
        let crossed = || is_crossed(self.day_low, self.day_high);
        let price = self.instrument.kind.forbids(self.price);
        price
            .or_else(|| in_future().then_some(Impossible::InFuture))
            .or_else(|| crossed().then_some(Impossible::Crossed))
    }

    /// Without what stands beside the price and cannot be: what is not known is
    /// absent.
    #[must_use]
    pub fn without_odd_parts(self) -> Self {
        let kind = self.instrument.kind;
        let possible = |price: &Price| kind.allows(*price);
        Self {
            previous: self.previous.filter(|previous| possible(&previous.price)),
            day_high: self.day_high.filter(possible),
            day_low: self.day_low.filter(possible),
            volume: self.volume.and_then(volume),
            ..self
        }
    }
}

impl HistoryResult {
    /// What of it can be, with the rest set aside.
    #[must_use]
    pub fn sifted(self) -> Self {
        let (kind, received_at) = (self.instrument.kind, self.received_at);
        let mut sieve = Sieve { kind, received_at, set_aside: self.set_aside };
        let bars = sieve.bars(self.series.bars());
        let actions = sieve.actions(self.actions);
        let bars = sieve.beside_each_other(bars, &actions, None);
        // As a rule all pass: then nothing is copied.
        let series = if bars.iter().copied().eq(self.series.bars()) {
            self.series
        } else {
            Series::new(self.series.head, bars)
        };
        Self { series, actions, set_aside: sieve.set_aside, ..self }
    }

    /// Why the first bar that was set aside cannot be, where any was.
    pub fn first_bar_set_aside(&self) -> Option<Impossible> {
        let mut bars = self.set_aside.iter().filter(|it| it.element == Element::Bar);
        bars.next().map(|it| it.reason)
    }
}

/// Lets through what can be, and keeps what cannot.
pub struct Sieve {
    /// What the bars are of.
    pub kind: Kind,
    /// When they were received.
    pub received_at: Timestamp,
    /// What was kept back so far.
    pub set_aside: Vec<SetAside>,
}

impl Sieve {
    /// Starts with nothing kept back.
    pub fn new(kind: Kind, received_at: Timestamp) -> Self {
        Self { kind, received_at, set_aside: Vec::new() }
    }

    /// Keeps an element back.
    pub fn keep(&mut self, element: Element, date: Option<Date>, reason: Impossible) {
        self.set_aside.push(SetAside { element, date, reason });
    }

    /// The bars that are no hundredfold of those beside them; see
    /// [`off_neighbours`].
    pub fn beside_each_other(
        &mut self,
        bars: Vec<Bar>,
        actions: &[Action],
        latest: Option<Price>,
    ) -> Vec<Bar> {
        let off = off_neighbours(self.kind, &bars, actions, latest);
        let mut kept = Vec::with_capacity(bars.len());
        for (bar, is_off) in bars.into_iter().zip(off) {
            if is_off {
                self.keep(Element::Bar, Some(bar.date), Impossible::OffNeighbours);
            } else {
                kept.push(bar);
            }
        }
        kept
    }

    /// The bars that can be.
    pub fn bars(&mut self, bars: impl IntoIterator<Item = Bar>) -> Vec<Bar> {
        bars.into_iter().filter_map(|bar| self.bar(bar)).collect()
    }

    /// The bar, if it can be.
    pub fn bar(&mut self, bar: Bar) -> Option<Bar> {
        match bar.impossible(self.kind, self.received_at) {
            None => Some(bar.without_odd_parts(self.kind)),
            Some(reason) => {
                self.keep(Element::Bar, Some(bar.date), reason);
                None
            }
        }
    }

    /// The actions that can be.
    pub fn actions(&mut self, actions: Vec<Action>) -> Vec<Action> {
        let mut possible = Vec::with_capacity(actions.len());
        for action in actions {
            match action.impossible() {
                None => possible.push(action),
                Some(reason) => self.keep(Element::Action, Some(action.ex_date), reason),
            }
        }
        possible
    }
}

fn is_in_future(instant: Timestamp, now: Timestamp) -> bool {
    instant.duration_since(now) > CLOCK_SLACK
}

fn is_crossed(low: Option<Price>, high: Option<Price>) -> bool {
    let Some((low, high)) = low.zip(high) else { return false };
    low.get() - high.get() > ROUNDING * high.get().abs()
}

fn is_off_range(kind: Kind, price: Price, low: Option<Price>, high: Option<Price>) -> bool {
    let below = low.filter(|low| price < *low);
    let nearest = below.or_else(|| high.filter(|high| price > *high));
    let Some(nearest) = nearest else { return false };
    let (price, nearest) = (price.get(), nearest.get());
    if kind == Kind::Rate || price <= 0.0 || nearest <= 0.0 {
        let away = (price - nearest).abs();
        return away > SMALL.max((FACTOR - 1.0) * nearest.abs());
    }
    let ratio = price / nearest;
    ratio >= FACTOR || ratio <= FACTOR.recip()
}

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use crate::{Listing, Market, Tick};

/// Over a longer leap of the clock the last tick alone is sent.
const LONGEST_RUN: SignedDuration = SignedDuration::from_hours(1);

/// The market at one instant, with what the test that holds the server fixed.
pub(crate) struct Prices<'a> {
    pub(crate) market: Market,
    pub(crate) now: Timestamp,
    pub(crate) fixed: &'a HashMap<String, f64>,
    pub(crate) unknown: &'a HashSet<String>,
}

/// A tick with all that a message may say besides.
pub(super) struct FullTick<'a> {
    pub(super) market: Market,
    pub(super) listing: &'a Listing,
    pub(super) tick: Tick,
}

impl Prices<'_> {
    pub(super) fn is_unknown(&self, symbol: &str) -> bool {
        self.unknown.contains(&symbol.to_uppercase())
    }

    /// The ticks since the clock stood at `before`.
    pub(super) fn since(&self, before: Timestamp, listing: &Listing) -> Vec<Tick> {
        if self.now.duration_since(before) > LONGEST_RUN {
            return self.latest(listing).filter(|tick| tick.time > before).into_iter().collect();
        }
        let ticks = self.market.ticks(&listing.symbol, before, self.now);
        ticks.into_iter().map(|tick| self.fix(tick, listing)).collect()
    }

    /// The last tick there was; `None` where there never was one.
    pub(super) fn latest(&self, listing: &Listing) -> Option<Tick> {
        let last_second = listing.last_session(self.now).close - SignedDuration::from_secs(1);
        let tick = self.market.tick(&listing.symbol, self.now.min(last_second))?;
        Some(self.fix(tick, listing))
    }

    pub(super) fn full<'a>(&self, listing: &'a Listing, tick: Tick) -> FullTick<'a> {
        FullTick { market: self.market, listing, tick }
    }

    fn fix(&self, tick: Tick, listing: &Listing) -> Tick {
        self.fixed.get(&listing.symbol).map_or(tick, |price| at(tick, *price))
    }
}

/// The tick at another price, which its day then has seen, too.
pub(super) fn at(tick: Tick, price: f64) -> Tick {
    let (day_high, day_low) = (tick.day_high.max(price), tick.day_low.min(price));
    Tick { price, day_high, day_low, ..tick }
}

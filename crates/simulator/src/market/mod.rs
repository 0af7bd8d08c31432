//! A market that never existed.
//!
//! Prices are a pure function of seed, symbol and instant. From the outside in:
//! `walk` gives every date its close, `day` a bar for the session between two
//! closes and every shorter bar inside it, `minute` the price at every second.

mod actions;
mod bars;
mod candle;
mod day;
mod interval;
mod minute;
#[cfg(test)]
mod tests;
mod tick;
mod walk;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use actions::{Dividend, Split};
pub use bars::Bar;
pub use interval::Interval;
pub use tick::Tick;

use crate::draw::{Draw, key_of, mix};
use crate::listing::{Listing, SYMBOLS, Session};
use crate::money::worth;
use day::Day;

/// A market that never existed: the same seed always tells the same prices.
///
/// Cheap to make and to copy; it holds nothing but its seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Market {
    seed: u64,
}

impl Market {
    /// The market of that seed.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// What trades under that symbol, in Yahoo's spelling, letter case aside.
    ///
    /// Well-known symbols are data; every other text gets a plausible listing
    /// from its spelling, so there is no symbol without one.
    pub fn listing(&self, symbol: &str) -> Listing {
        Listing::of(symbol)
    }

    /// The listings that are data, for searches.
    pub fn known(&self) -> Vec<Listing> {
        SYMBOLS.iter().map(|symbol| self.listing(symbol)).collect()
    }

    /// The price at that instant, in the listing's currency, as it was seen then
    /// (later splits do not touch it).
    ///
    /// Moves from second to second while the session runs; otherwise the last
    /// close, and before the very first session that one's opening price.
    pub fn price(&self, symbol: &str, instant: Timestamp) -> f64 {
        let listing = self.listing(symbol);
        let instrument = Instrument::new(self.seed, &listing);
        let session = listing.last_session_in(&instrument.zone, instant);
        let day = instrument.day(session.date);
        let candle = day.first(day.seconds_by(&session, instant)).unwrap_or(day.whole);
        instrument.price(candle.close, instrument.restated(instant))
    }

    /// Units of `currency` for one euro as a central bank would fix them on each of
    /// those dates, unrounded; from the same walks as the currency pairs, so that
    /// crosses agree.
    pub fn reference_rates(&self, currency: &str, dates: &[Date]) -> Vec<f64> {
        let fixings = walk::log_fixings(&worth(currency), self.seed, dates);
        fixings.into_iter().map(|log_euros| (-log_euros).exp()).collect()
    }
}

/// A listing with all that one question needs, looked up once.
struct Instrument<'a> {
    seed: u64,
    listing: &'a Listing,
    zone: TimeZone,
    key: u64,
    unit: f64,
}

impl<'a> Instrument<'a> {
    fn new(seed: u64, listing: &'a Listing) -> Self {
        let key = mix(seed, key_of(&listing.symbol));
        let unit = 10.0_f64.powi(i32::from(listing.price_decimals));
        Self { seed, listing, zone: listing.zone(), key, unit }
    }

    /// The close of that date in units of the last decimal, at least one.
    fn close(&self, date: Date) -> i64 {
        let price = walk::log_close(&self.listing.course, self.seed, date).exp();
        ((price * self.unit).round() as i64).max(1)
    }

    fn day(&self, date: Date) -> Day {
        let earlier = self.listing.date_before(date);
        self.day_after(date, earlier, self.close(earlier))
    }

    /// The day of `date`, given the trading date before it and its close.
    fn day_after(&self, date: Date, earlier: Date, previous: i64) -> Day {
        let close = self.close(date);
        let key = mix(self.key, date_key(date));
        let minutes = self.listing.minutes_on(date);
        let around_the_clock =
            self.listing.session_minutes == 24 * 60 && crate::listing::before(date) == earlier;
        let open = if around_the_clock {
            previous
        } else {
            let overnight = 0.1 + 0.4 * Draw::new(key ^ 1).unit();
            previous + ((close - previous) as f64 * overnight) as i64
        };
        let daily = walk::daily_volatility(&self.listing.course) * open as f64;
        let deviation = daily / f64::from(minutes).sqrt();
        Day::new((open, close), minutes, deviation, self.listing.usual_lots, key)
    }

    fn price(&self, units: i64, restated: u32) -> f64 {
        (units * i64::from(restated)) as f64 / self.unit
    }
}

fn date_key(date: Date) -> u64 {
    (date.year() as u64) << 16 | (date.month() as u64) << 8 | date.day() as u64
}

impl Day {
    /// How many of its seconds have begun by `instant`; at least the first.
    fn seconds_by(&self, session: &Session, instant: Timestamp) -> u32 {
        let passed = instant.as_second() - session.open.as_second() + 1;
        passed.clamp(1, i64::from(self.seconds())) as u32
    }
}

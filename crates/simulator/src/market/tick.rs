use jiff::Timestamp;

use super::{Instrument, Market};
use crate::listing::{Session, after as next};

/// The price during one second of trading, and its day as far as it had come.
///
/// The ticks of any stretch add up to its bar: the first price is its open, the
/// extremes its high and low, the last its close, and what `volume` grew by since
/// the tick before the stretch (from nothing, at the open) its volume.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    /// When the second began.
    pub time: Timestamp,
    /// The price, in the listing's currency.
    pub price: f64,
    /// The day's first price.
    pub day_open: f64,
    /// The day's highest price so far.
    pub day_high: f64,
    /// The day's lowest price so far.
    pub day_low: f64,
    /// Units traded since the open; zero where nobody counts, as for currencies.
    pub volume: u64,
    /// The close of the trading day before.
    pub previous_close: f64,
}

impl Market {
    /// The tick of the second that holds that instant; `None` while the market
    /// is closed.
    pub fn tick(&self, symbol: &str, instant: Timestamp) -> Option<Tick> {
        let before = Timestamp::from_second(instant.as_second() - 1).ok()?;
        self.ticks(symbol, before, instant).pop()
    }

    /// The ticks of all seconds that begin after `after` and not later than
    /// `until`, ascending; none for seconds in which the market is closed.
    pub fn ticks(&self, symbol: &str, after: Timestamp, until: Timestamp) -> Vec<Tick> {
        let listing = self.listing(symbol);
        let instrument = Instrument::new(self.seed, &listing);
        instrument
            .sessions(after, until)
            .flat_map(|it| instrument.ticks(it, after, until))
            .collect()
    }
}

impl Instrument<'_> {
    /// The sessions of every date between two instants, both included.
    fn sessions(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = Session> {
        let date = |instant: Timestamp| instant.to_zoned(self.zone.clone()).date();
        let (first, last) = (date(from), date(to));
        let dates = std::iter::successors(Some(first), |date| Some(next(*date)));
        dates
            .take_while(move |date| *date <= last)
            .filter_map(|date| self.listing.session_in(&self.zone, date))
    }

    fn ticks(&self, session: Session, after: Timestamp, until: Timestamp) -> Vec<Tick> {
        let open = session.open.as_second();
        let first = open.max(after.as_second() + 1);
        let last = until.as_second().min(session.close.as_second() - 1);
        if first > last {
            return Vec::new();
        }
        let previous = self.close(self.listing.date_before(session.date));
        let (day, restated) = (self.day(session.date), self.restated(session.open));
        let price = |units| self.price(units, restated);
        let tick = |second: i64| {
            let so_far = day.first((second - open + 1) as u32)?;
            Some(Tick {
                time: Timestamp::from_second(second).ok()?,
                price: price(so_far.close),
                day_open: price(so_far.open),
                day_high: price(so_far.high),
                day_low: price(so_far.low),
                volume: so_far.lots * u64::from(100 / restated),
                previous_close: price(previous),
            })
        };
        (first..=last).filter_map(tick).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;
    use crate::Interval;

    const SYMBOLS: [&str; 8] =
        ["^FCHI", "EURUSD=X", "BTC-EUR", "AAPL", "VOD.L", "DOGE-USD", "JPY=X", "RELIANCE.NS"];

    fn utc(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn seconds(n: i64) -> SignedDuration {
        SignedDuration::from_secs(n)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Minutes of any hour, its market open or not, from the bars as from the ticks.
        #[test]
        fn the_ticks_of_every_minute_add_up_to_its_bar(
            seed in any::<u64>(),
            symbol in prop::sample::select(&SYMBOLS),
            minute in utc("2019-01-01T00:00Z").as_second() / 60
                ..utc("2030-01-01T00:00Z").as_second() / 60,
        ) {
            let market = Market::new(seed);
            let listing = market.listing(symbol);
            let from = Timestamp::from_second(minute * 60).unwrap();
            let (to, before) = (from + seconds(1_800), from - seconds(1));
            let bars = market.bars(symbol, Interval::M1, from, to, to);
            let ticks = market.ticks(symbol, before, to - seconds(1));
            prop_assert_eq!(ticks.len(), 60 * bars.len());
            let mut counted = market.tick(symbol, before).map_or(0, |tick| tick.volume);
            for (ticks, bar) in ticks.chunks(60).zip(&bars) {
                let prices = || ticks.iter().map(|tick| tick.price);
                let extremes = (prices().fold(f64::MIN, f64::max), prices().fold(f64::MAX, f64::min));
                if bar.open_time == listing.last_session(bar.open_time).open {
                    counted = 0;
                }
                let last = ticks[59];
                prop_assert_eq!(ticks[0].time, bar.open_time);
                prop_assert_eq!((ticks[0].price, last.price), (bar.open, bar.close));
                prop_assert_eq!(extremes, (bar.high, bar.low));
                prop_assert_eq!(last.volume - counted, bar.volume);
                counted = last.volume;
            }
        }

        #[test]
        fn a_tick_is_the_price_and_the_day_so_far(
            seed in any::<u64>(),
            symbol in prop::sample::select(&SYMBOLS),
            second in utc("2019-01-01T00:00Z").as_second()..utc("2030-01-01T00:00Z").as_second(),
        ) {
            let market = Market::new(seed);
            let now = Timestamp::from_second(second).unwrap() + SignedDuration::from_millis(400);
            let listing = market.listing(symbol);
            let tick = market.tick(symbol, now);
            prop_assert_eq!(tick.is_some(), listing.is_open(now));
            let open = listing.last_session(now).open;
            let days = market.bars(symbol, Interval::D1, open - seconds(864_000), now, now);
            if let (Some(tick), [.., before, day]) = (tick, &days[..]) {
                prop_assert_eq!(tick.time.as_second(), second);
                let prices = (tick.price, tick.previous_close);
                prop_assert_eq!(prices, (market.price(symbol, now), before.close));
                let so_far = (tick.day_open, tick.day_high, tick.day_low, tick.volume);
                prop_assert_eq!(so_far, (day.open, day.high, day.low, day.volume));
            }
        }
    }

    #[test]
    fn ticks_run_over_midnight_and_stop_at_the_close() {
        let market = Market::new(7);
        let count = |symbol, after, until| market.ticks(symbol, utc(after), utc(until)).len();
        assert_eq!(count("BTC-EUR", "2026-11-20T23:59:30Z", "2026-11-21T00:00:30Z"), 60);
        assert_eq!(count("^FCHI", "2026-11-20T16:29:00Z", "2026-11-20T17:00:00Z"), 59);
        assert_eq!(count("^FCHI", "2026-11-20T07:59:00Z", "2026-11-20T08:00:09Z"), 10);
        assert_eq!(count("^FCHI", "2026-11-20T16:30:00Z", "2026-11-23T07:59:59Z"), 0);
        assert_eq!(count("^FCHI", "2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z"), 0);
        assert_eq!(count("^FCHI", "2026-11-20T10:00:00Z", "2026-11-20T09:00:00Z"), 0);
    }
}

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::candle::Candle;
use super::{Instrument, Interval, Market};
use crate::listing::{Session, after};

/// Prices over one interval, in the listing's currency, adjusted for the splits
/// known at the time of asking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// When it began. For weeks and longer, midnight of `date` in the exchange's zone.
    pub open_time: Timestamp,
    /// Trading date in the exchange's zone; for weeks and longer the calendar
    /// day they start with.
    pub date: Date,
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
    /// Close adjusted for later dividends too; equal to `close` within a day.
    pub adj_close: f64,
    /// Units traded; zero where nobody counts, as for currencies.
    pub volume: u64,
    /// Trading in this bar was not over.
    pub provisional: bool,
}

impl Market {
    /// Bars that begin in `from <= open_time < to`, ascending, as seen at `now`.
    ///
    /// Nothing after `now` is given: a bar still running holds what has traded so
    /// far, its close being `price(now)`. A bar that began before `to` is
    /// whole, even where it ends after `to`.
    pub fn bars(
        &self,
        symbol: &str,
        interval: Interval,
        from: Timestamp,
        to: Timestamp,
        now: Timestamp,
    ) -> Vec<Bar> {
        let listing = self.listing(symbol);
        let instrument = Instrument::new(self.seed, &listing);
        let question = Question { instrument: &instrument, interval, from, to, now };
        match interval.minutes() {
            Some(minutes) => question.intraday(minutes),
            None => question.daily_or_longer(),
        }
    }
}

struct Question<'a> {
    instrument: &'a Instrument<'a>,
    interval: Interval,
    from: Timestamp,
    to: Timestamp,
    now: Timestamp,
}

/// One bar being added up, its last trading day and whether that is over.
struct Sum {
    first_day: Date,
    last: Session,
    candle: Candle,
}

impl Question<'_> {
    fn intraday(&self, minutes: u32) -> Vec<Bar> {
        let restated = self.instrument.restated(self.now);
        let mut bars = Vec::new();
        self.each_session(self.local_date(self.from), |session, earlier, previous| {
            let day = self.instrument.day_after(session.date, earlier, previous);
            let seconds = day.seconds_by(&session, self.now);
            if session.close > self.from {
                day.bars(minutes, seconds, |minute, candle| {
                    let at = session.open.as_second() + i64::from(minute) * 60;
                    let ends = (at + i64::from(minutes) * 60).min(session.close.as_second());
                    let open_time = Timestamp::from_second(at).unwrap_or(session.open);
                    if self.wants(open_time) {
                        let over = ends <= self.now.as_second();
                        bars.push(self.bar(open_time, session.date, candle, restated, !over));
                    }
                });
            }
            day.whole.close
        });
        bars
    }

    fn daily_or_longer(&self) -> Vec<Bar> {
        let mut sums: Vec<Sum> = Vec::new();
        let start = self.interval.first_day(self.local_date(self.from));
        self.each_session(start, |session, earlier, previous| {
            let day = self.instrument.day_after(session.date, earlier, previous);
            let seconds = day.seconds_by(&session, self.now);
            let candle = day.first(seconds).unwrap_or(day.whole);
            let first_day = self.interval.first_day(session.date);
            match sums.last_mut().filter(|sum| sum.first_day == first_day) {
                Some(sum) => (sum.candle, sum.last) = (sum.candle.then(candle), session),
                None => sums.push(Sum { first_day, last: session, candle }),
            }
            day.whole.close
        });
        self.finish(&sums)
    }

    fn finish(&self, sums: &[Sum]) -> Vec<Bar> {
        let restated = self.instrument.restated(self.now);
        let payouts = self.instrument.payouts(self.now);
        let bars = sums.iter().filter_map(|sum| {
            let open_time = self.opens(sum);
            let running = self.is_running(sum);
            let bar = self.bar(open_time, sum.first_day, sum.candle, restated, running);
            let next = payouts.partition_point(|(ex_date, _)| *ex_date <= sum.last.date);
            let kept = payouts.get(next).map_or(1.0, |(_, kept)| *kept);
            self.wants(open_time).then_some(Bar { adj_close: bar.close * kept, ..bar })
        });
        bars.collect()
    }

    /// Calls `each` for every session that has begun by `now` and may belong to
    /// a bar asked for, with the trading date before it and that date's close;
    /// `each` answers with its own close.
    fn each_session(&self, start: Date, mut each: impl FnMut(Session, Date, i64) -> i64) {
        let listing = self.instrument.listing;
        let mut date = start.max(listing.first_session_date());
        let mut earlier = listing.date_before(date);
        let mut close = self.instrument.close(earlier);
        while self.belongs(date) {
            if let Some(session) = listing.session_in(&self.instrument.zone, date) {
                if session.open > self.now {
                    break;
                }
                close = each(session, earlier, close);
                earlier = date;
            }
            date = after(date);
        }
    }

    /// Whether the bar that holds `date` begins early enough to be wanted.
    fn belongs(&self, date: Date) -> bool {
        let begins = self.midnight(self.interval.first_day(date));
        begins.is_some_and(|begins| begins < self.to && begins <= self.now) && date < Date::MAX
    }

    fn opens(&self, sum: &Sum) -> Timestamp {
        match self.interval {
            Interval::D1 => sum.last.open,
            _ => self.midnight(sum.first_day).unwrap_or(sum.last.open),
        }
    }

    /// Whether more trading follows in the bar.
    fn is_running(&self, sum: &Sum) -> bool {
        let mut date = after(sum.last.date);
        while self.interval.first_day(date) == sum.first_day && date < Date::MAX {
            if self.instrument.listing.trades_on(date) {
                return true;
            }
            date = after(date);
        }
        self.now < sum.last.close
    }

    fn wants(&self, open_time: Timestamp) -> bool {
        self.from <= open_time && open_time < self.to
    }

    fn bar(
        &self,
        open_time: Timestamp,
        date: Date,
        candle: Candle,
        restated: u32,
        provisional: bool,
    ) -> Bar {
        let price = |units| self.instrument.price(units, restated);
        let close = price(candle.close);
        Bar {
            open_time,
            date,
            open: price(candle.open),
            high: price(candle.high),
            low: price(candle.low),
            close,
            adj_close: close,
            volume: candle.lots * u64::from(100 / restated),
            provisional,
        }
    }

    fn midnight(&self, date: Date) -> Option<Timestamp> {
        self.instrument.zone.to_timestamp(date.to_datetime(Time::midnight())).ok()
    }

    fn local_date(&self, instant: Timestamp) -> Date {
        instant.to_zoned(self.instrument.zone.clone()).date()
    }
}

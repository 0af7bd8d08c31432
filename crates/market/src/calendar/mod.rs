//! When exchanges trade: their weeks, hours, rests at noon, holidays and short
//! days, as far as they are known.
//!
//! The days are facts out of the package `exchange_calendars`, written down by
//! `make calendars`; those of markets without an exchange are rules of ours.

mod data;
mod hours;
mod learned;
mod near;
mod places;
mod trading;
mod week;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use self::hours::Hours;
pub use self::learned::Learned;
use self::near::{LastNear, Near};
pub use self::trading::Trading;
use self::week::Week;
use crate::{Instrument, Interval, Kind, MarketState, TradingPeriod};

/// When an exchange, or a market without one, trades.
#[derive(Debug)]
pub struct Calendar {
    mic: &'static str,
    name: &'static str,
    zone: TimeZone,
    first: Date,
    last: Date,
    week: Week,
    /// Days that differ from the regular week, ascending.
    exceptions: Vec<(Date, Option<Hours>)>,
    last_near: LastNear,
}

/// CME Group's Globex halts for the last hour of its day, from 16:00 to 17:00 in
/// Chicago (its page "Trading hours"); the package lets the day go on to its end.
const HALTED: &str = "CMES";
const HALT: SignedDuration = SignedDuration::from_hours(1);

/// No exchange rests longer than this but for wars and the like.
const LONGEST_SEARCH_DAYS: i32 = 200;

impl Calendar {
    /// The calendar of an exchange or one of its segments, by market identifier
    /// code (ISO 10383).
    pub fn of(mic: &str) -> Option<&'static Self> {
        places::by_mic(mic)
    }

    /// The calendars of exchanges, by MIC.
    pub fn exchanges() -> &'static [Self] {
        data::exchanges()
    }

    /// Every calendar: those of exchanges by MIC, then `FX` and `CRYPTO`.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        Self::exchanges().iter().chain(data::clockwork())
    }

    /// The calendar that an instrument trades by, where it is known.
    ///
    /// Currencies and crypto assets have one by their kind. What no exchange
    /// trades, such as an index, goes by the main exchange of its zone.
    pub fn for_instrument(instrument: &Instrument) -> Option<&'static Self> {
        let [foreign_exchange, crypto] = data::clockwork();
        match (instrument.kind, &instrument.mic) {
            (Kind::Crypto, _) => Some(crypto),
            (Kind::Currency, _) => Some(foreign_exchange),
            (_, Some(mic)) => Self::of(mic),
            (Kind::Future, None) => None,
            _ => places::main_in(&instrument.time_zone),
        }
    }

    /// Its market identifier code; `FX` or `CRYPTO` where no exchange has one.
    pub fn mic(&self) -> &'static str {
        self.mic
    }

    /// What the market is called.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its zone in the tz database.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The first day of which it tells.
    pub fn first_day(&self) -> Date {
        self.first
    }

    /// The last day of which it tells.
    pub fn last_day(&self) -> Date {
        self.last
    }

    /// Whether it tells of a date.
    pub fn covers(&self, date: Date) -> bool {
        (self.first..=self.last).contains(&date)
    }

    /// Whether there is trading on a date; `None` for one of which it does not tell.
    pub fn is_session(&self, date: Date) -> Option<bool> {
        self.covers(date).then(|| self.hours(date).is_some())
    }

    /// Whether there was trading in what a bar is about; `None` where it does not tell.
    /// Of a bar longer than a day, which carries the first date of its week, month or
    /// quarter, that is any of its days that had begun by an instant.
    pub fn has_traded(&self, interval: Interval, date: Date, by: Timestamp) -> Option<bool> {
        if interval <= Interval::D1 || !self.covers(date) {
            return self.is_session(date);
        }
        let first = self.sessions(date, self.last).next()?;
        let is_of_it = interval.first_date(first) == interval.first_date(date);
        Some(is_of_it && self.session(first).is_some_and(|trading| trading.open <= by))
    }

    /// The day of trading of a date; `None` where there is none or it does not tell.
    pub fn session(&self, date: Date) -> Option<Trading> {
        let hours = self.hours(date).filter(|_| self.covers(date))?;
        let trading = hours.on(date, &self.zone);
        let halts = self.mic == HALTED && Some(hours) == self.week.hours(date);
        let halt = TradingPeriod { start: trading.close - HALT, end: trading.close };
        Some(Trading { halt: halts.then_some(halt), ..trading })
    }

    /// Whether trading ends earlier on a date than is regular on its weekday.
    pub fn closes_early(&self, date: Date) -> bool {
        let regular = self.week.hours(date);
        regular.zip(self.hours(date)).is_some_and(|(regular, here)| here.close < regular.close)
    }

    /// Dates with trading, both ends included, as far as it tells.
    pub fn sessions(&self, from: Date, to: Date) -> impl Iterator<Item = Date> + '_ {
        let (from, to) = (from.max(self.first), to.min(self.last));
        let days = from.series(1.day()).take_while(move |date| *date <= to);
        days.filter(|date| self.hours(*date).is_some())
    }

    /// The first date with trading after a date.
    pub fn next_session(&self, date: Date) -> Option<Date> {
        self.searched(date, 1)
    }

    /// The last date with trading before a date.
    pub fn previous_session(&self, date: Date) -> Option<Date> {
        self.searched(date, -1)
    }

    fn searched(&self, date: Date, step: i32) -> Option<Date> {
        let days = date.series(step.days()).skip(1);
        let mut near = days.take(LONGEST_SEARCH_DAYS.unsigned_abs() as usize);
        near.find(|date| self.is_session(*date) == Some(true))
    }

    /// The day of trading that an instant is in, rests included.
    pub fn session_at(&self, at: Timestamp) -> Option<Trading> {
        self.near(at).days().find(|trading| trading.spans(at))
    }

    /// The newest day of trading that has begun at an instant.
    pub fn begun(&self, at: Timestamp) -> Option<Trading> {
        self.latest(at, |trading| trading.open <= at)
    }

    /// The newest day of trading that is over at an instant.
    pub fn over(&self, at: Timestamp) -> Option<Trading> {
        self.latest(at, |trading| trading.close <= at)
    }

    /// When trading begins next after an instant, be it after a rest.
    pub fn opens_after(&self, at: Timestamp) -> Option<Timestamp> {
        let day = self.session_at(at);
        if let Some(rest) = day.and_then(|day| day.rest(at).filter(|rest| rest.end < day.close)) {
            return Some(rest.end);
        }
        let here = self.date(at);
        let before = here.yesterday().ok()?;
        let mut dates =
            std::iter::successors(self.next_session(before), |it| self.next_session(*it));
        dates.find_map(|date| self.session(date).map(|it| it.open).filter(|open| *open > at))
    }

    /// What the market does at an instant, early and late trading apart; `None`
    /// where it does not tell.
    pub fn state(&self, at: Timestamp) -> Option<MarketState> {
        if !self.covers(self.date(at)) {
            return None;
        }
        let trades = self.session_at(at).is_some_and(|trading| trading.trades(at));
        Some(if trades { MarketState::Open } else { MarketState::Closed })
    }

    /// The date of an instant at the exchange.
    pub fn date(&self, at: Timestamp) -> Date {
        // The dates of many bars are asked for one after the other: only a date is worked
        // out for each.
        let held = self.last_near.held(at);
        held.map_or_else(|| at.to_zoned(self.zone.clone()).date(), |near| near.date)
    }

    /// The date of an instant, and the days of trading that may touch it.
    fn near(&self, at: Timestamp) -> Near {
        self.last_near.at(at, &self.zone, |date| self.session(date))
    }

    fn latest(&self, at: Timestamp, is_it: impl Fn(&Trading) -> bool) -> Option<Trading> {
        let near = self.near(at);
        if let Some(found) = near.days().find(&is_it) {
            return Some(found);
        }
        self.covers(near.date).then_some(())?;
        let date = self.previous_session(near.date.yesterday().ok()?)?;
        self.session(date)
    }

    fn hours(&self, date: Date) -> Option<Hours> {
        let exception = self.exceptions.binary_search_by_key(&date, |(date, _)| *date);
        exception.map_or_else(|_| self.week.hours(date), |at| self.exceptions[at].1)
    }
}

#[cfg(test)]
mod tests;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{earlier, later};
use crate::{Calendar, Instrument, Kind, MarketState, Session, TradingPeriod};

/// When an instrument trades: by its calendar, and for the day that its source
/// states, by what it states.
pub(super) struct Hours<'a> {
    instrument: &'a Instrument,
    /// The day the source considered current.
    stated: Option<&'a Session>,
    /// When it stated it.
    stated_at: Timestamp,
    calendar: Option<&'static Calendar>,
}

const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// A day stated to be as long says nothing of hours: sources state so of what
/// they have none for.
const ROUND_THE_CLOCK: SignedDuration = SignedDuration::from_hours(23);

/// Auctions at both ends count for some and not for others.
const SAME_HOURS: SignedDuration = SignedDuration::from_mins(15);

impl<'a> Hours<'a> {
    /// As seen at `now`: beyond its last day a calendar tells nothing.
    pub(super) fn at(
        now: Timestamp,
        instrument: &'a Instrument,
        stated: Option<&'a Session>,
        stated_at: Timestamp,
    ) -> Self {
        let calendar = Calendar::for_instrument(instrument);
        let calendar = calendar.filter(|it| it.covers(it.date(now)));
        let by_clock = matches!(instrument.kind, Kind::Crypto | Kind::Currency);
        let says_hours = |it: &&Session| {
            let length = it.regular.end.duration_since(it.regular.start);
            !by_clock && (calendar.is_none() || length < ROUND_THE_CLOCK)
        };
        Self { instrument, stated: stated.filter(says_hours), stated_at, calendar }
    }

    pub(super) fn calendar(&self) -> Option<&'static Calendar> {
        self.calendar
    }

    /// What the market does; `None` where nothing tells.
    pub(super) fn state(&self, now: Timestamp) -> Option<MarketState> {
        let Some(calendar) = self.calendar else { return self.state_as_stated(now) };
        let Some(session) = self.stated_on(now) else {
            return if self.skips(calendar, now) {
                Some(MarketState::Closed)
            } else {
                calendar.state(now)
            };
        };
        let rests = calendar.session_at(now).is_some_and(|it| it.rests(now));
        Some(if rests { MarketState::Closed } else { session.state(now) })
    }

    /// The stretch of trading that ended last; `None` where nothing tells.
    pub(super) fn last_over(&self, now: Timestamp) -> Option<TradingPeriod> {
        let Some(calendar) = self.calendar else { return self.over_as_stated(now) };
        let stated = self.stated.map(|it| it.regular).filter(|it| it.end <= now);
        if stated.is_some_and(|it| self.date(it.start) == self.date(now)) {
            return stated;
        }
        if let Some(over) = calendar.session_at(now).and_then(|day| day.stretch_over(now)) {
            return Some(over);
        }
        let over = calendar.over(now)?;
        let is_as_new = |it: &TradingPeriod| self.date(it.start) >= over.date;
        stated.filter(is_as_new).or(Some(TradingPeriod { start: over.open, end: over.close }))
    }

    /// When the trading that runs began, be it after a rest; `None` where nothing tells.
    pub(super) fn began(&self, now: Timestamp) -> Option<Timestamp> {
        let day = self.calendar?.session_at(now);
        let rest = day.and_then(|it| it.pause).filter(|it| it.end <= now);
        let stated = self.stated_on(now).map(|it| it.regular.start);
        rest.map(|it| it.end).or(stated).or(day.map(|it| it.open)).filter(|began| *began <= now)
    }

    /// When the day of trading ends that an instant is in, or that its date has.
    pub(super) fn end_of_day(&self, at: Timestamp) -> Option<Timestamp> {
        let stated = self.stated_on(at).or(self.stated.filter(|_| self.calendar.is_none()));
        let by_calendar = || {
            let calendar = self.calendar?;
            calendar.session_at(at).or_else(|| calendar.session(calendar.date(at)))
        };
        stated.map(|it| it.regular.end).or_else(|| by_calendar().map(|it| it.close))
    }

    /// The calendar that has other hours on the day that the source states, or none.
    pub(super) fn contradicted(&self) -> Option<&'static Calendar> {
        let (calendar, stated) = (self.calendar?, self.stated?.regular);
        let date = self.date(stated.start);
        let is_near = |one: Timestamp, other| one.duration_since(other).abs() <= SAME_HOURS;
        let agrees = calendar
            .session(date)
            .is_some_and(|day| is_near(day.open, stated.start) && is_near(day.close, stated.end));
        Some(calendar).filter(|it| it.covers(date) && !agrees)
    }

    /// The day that the source states, where it is that of an instant.
    fn stated_on(&self, now: Timestamp) -> Option<&Session> {
        let is_of = |it: &&Session| {
            it.state(now) != MarketState::Closed || self.date(it.regular.start) == self.date(now)
        };
        self.stated.filter(is_of)
    }

    /// Whether the source, asked since trading should have begun, states a later day
    /// as the current one: the exchange rests although its calendar does not.
    fn skips(&self, calendar: &Calendar, now: Timestamp) -> bool {
        let due = calendar.session_at(now).filter(|it| it.open <= self.stated_at);
        due.is_some_and(|due| self.stated.is_some_and(|it| it.begins() >= due.close))
    }

    /// Without a calendar: a day tells until the next may have begun. If its source
    /// still stated it after others might have, it knows of a rest, and tells until
    /// the one after that.
    fn state_as_stated(&self, now: Timestamp) -> Option<MarketState> {
        let session = self.stated?;
        let begins = session.begins();
        let days = self.stated_at.duration_since(begins).as_secs().div_euclid(A_DAY.as_secs());
        let known_for = A_DAY.saturating_mul(i32::try_from(days.max(0) + 1).unwrap_or(i32::MAX));
        (now < later(begins, known_for)).then(|| session.state(now))
    }

    /// Without a calendar: the stated day, or the day before one that lies ahead.
    fn over_as_stated(&self, now: Timestamp) -> Option<TradingPeriod> {
        let stated = self.stated?.regular;
        let ahead = stated.end.duration_since(now).as_secs();
        let days = if ahead > 0 { ahead.div_euclid(A_DAY.as_secs()) + 1 } else { 0 };
        let back = A_DAY.saturating_mul(i32::try_from(days).unwrap_or(i32::MAX));
        let (start, end) = (earlier(stated.start, back), earlier(stated.end, back));
        Some(TradingPeriod { start, end })
    }

    fn date(&self, at: Timestamp) -> Date {
        at.to_zoned(self.instrument.zone()).date()
    }
}

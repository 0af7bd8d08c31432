use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use market::{Bar, Calendar, Interval, Kind, Session};

use crate::yahoo::native;

/// What places a bar in time: how long it is and when its market trades.
pub(super) struct MarketDay {
    pub(super) kind: Kind,
    pub(super) interval: Interval,
    pub(super) zone: TimeZone,
    /// The trading day Yahoo considered current.
    pub(super) session: Option<Session>,
    /// When the latest price was true.
    pub(super) traded_at: Option<Timestamp>,
    /// The calendar of what trades at hours that hold where Yahoo states none.
    pub(super) calendar: Option<&'static Calendar>,
}

/// Yahoo ends the days of markets that never close a minute early.
const LAST_MINUTE: Time = time(23, 59, 0, 0);

/// Where only the calendar says when a day ended, its prices still come: delayed by
/// up to 15 minutes, and of an auction after the close.
const SETTLED_AFTER: SignedDuration = SignedDuration::from_mins(25);

/// A running row may be stamped with a trade so long before the latest.
const ABOUT_THE_LATEST: SignedDuration = SignedDuration::from_mins(10);

impl MarketDay {
    /// Whether something is as old as the latest price, or about so.
    pub(super) fn is_near_latest(&self, stamp: Timestamp) -> bool {
        let apart = self.traded_at.map(|traded_at| traded_at.duration_since(stamp).abs());
        apart.is_some_and(|apart| apart <= ABOUT_THE_LATEST)
    }

    pub(super) fn date_of(&self, instant: Timestamp) -> Date {
        instant.to_zoned(self.zone.clone()).date()
    }

    pub(super) fn time_of(&self, instant: Timestamp) -> Time {
        instant.to_zoned(self.zone.clone()).time()
    }

    fn session_on(&self, date: Date) -> Option<&Session> {
        self.session.as_ref().filter(|session| self.date_of(session.regular.start) == date)
    }

    /// When trading begins on a date, by the session if it is that day's.
    pub(super) fn open_on(&self, date: Date) -> Option<Timestamp> {
        self.session_on(date).map(|session| session.regular.start)
    }

    /// Whether a stamp lies inside a stated session of its date, so that it is a
    /// trade's and no day's.
    pub(super) fn is_within(&self, stamp: Timestamp) -> bool {
        self.open_on(self.date_of(stamp)).is_some_and(|open| open < stamp)
    }

    /// When trading begins on a date, supposing every day begins alike.
    pub(super) fn usual_open_on(&self, date: Date) -> Timestamp {
        let time =
            self.session.map_or(Time::midnight(), |session| self.time_of(session.regular.start));
        native::instant(date, time, &self.zone)
    }

    /// The first instant after the interval that began with this bar.
    pub(super) fn interval_end(&self, bar: &Bar) -> Timestamp {
        let span = match self.interval {
            Interval::D1 => 1.day(),
            Interval::Wk1 => 1.week(),
            Interval::Mo1 => 1.month(),
            Interval::Mo3 => 3.months(),
            intraday => {
                let length = SignedDuration::from_secs(intraday.seconds());
                return bar.open_time.checked_add(length).unwrap_or(Timestamp::MAX);
            }
        };
        native::midnight(bar.date.checked_add(span).unwrap_or(Date::MAX), &self.zone)
    }

    /// When nothing more can happen in the last bar there is.
    pub(super) fn end_of(&self, last: &Bar) -> Timestamp {
        let end = self.interval_end(last);
        if self.interval > Interval::D1 {
            return end;
        }
        if self.session.is_some_and(|session| self.date_of(session.regular.start) > last.date) {
            // Another day is the current one: this bar ended before it.
            return last.open_time;
        }
        let close = self.close_on(last.date).filter(|close| last.open_time < *close);
        close.map_or(end, |close| close.min(end))
    }

    fn close_on(&self, date: Date) -> Option<Timestamp> {
        let Some(session) = self.session_on(date) else {
            let close = self.calendar?.session(date)?.close;
            return close.checked_add(SETTLED_AFTER).ok();
        };
        let close = session.regular.end;
        Some(close).filter(|close| self.time_of(*close) != LAST_MINUTE)
    }
}

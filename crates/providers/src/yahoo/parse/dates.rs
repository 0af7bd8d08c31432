//! Which trading date a row is of.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, Weekday};
use jiff::{SignedDuration, Timestamp};
use market::Kind;

use super::market_day::MarketDay;

/// How long before a midnight a day may be stamped and still be the next one.
const EARLY_FROM: i8 = 22;

/// When the week of currencies and futures begins, on Sunday: 17:00 and 18:00 in
/// New York, which is 22:00 in London. What trades then is of Monday.
const WEEK_BEGINS: i8 = 17;

/// Trading goes on so long before and after the stated hours.
const AROUND_SESSION: i8 = 3;

/// Dates the rows of one answer.
pub(super) struct TradingDates<'a> {
    day: &'a MarketDay,
    /// The dates at the exchange of all rows that can only be of those.
    dates: BTreeSet<Date>,
    /// Whether days are stamped with their midnight, as far as other rows tell.
    at_midnight: Option<bool>,
}

impl<'a> TradingDates<'a> {
    pub(super) fn of(stamps: impl Iterator<Item = Timestamp>, day: &'a MarketDay) -> Self {
        let (mut dates, mut midnights, mut others) = (BTreeSet::new(), 0_usize, 0_usize);
        for stamp in stamps.filter(|_| !day.interval.is_intraday()) {
            let time = day.time_of(stamp);
            if is_before_midnight(time) {
                continue;
            }
            dates.insert(day.date_of(stamp));
            if time == Time::midnight() {
                midnights += 1;
            } else if !day.is_near_latest(stamp) {
                others += 1;
            }
        }
        let at_midnight = (midnights + others > 0).then_some(midnights >= others);
        Self { day, dates, at_midnight }
    }

    /// The date at the exchange, by the tz database. `gmtoffset` in `meta` is the
    /// offset of today and would shift dates across changes of summer time.
    pub(super) fn date(&self, stamp: Timestamp) -> Date {
        let date = self.day.date_of(stamp);
        let is_next = !self.day.interval.is_intraday()
            && (self.is_early(stamp, date) || self.is_eve(stamp, date));
        date.tomorrow().ok().filter(|_| is_next).unwrap_or(date)
    }

    /// Days and longer are stamped with the session's open or midnight. Around some
    /// changes of summer time Yahoo takes midnight by the other offset and is an
    /// hour or two early: the day meant is the next (Brazil, January 2022).
    ///
    /// A trade may fall on such a full hour, too: then the row is of today. It does
    /// where the latest price is about as old, where days begin with a session, or
    /// where the next day has a row of its own or is none.
    fn is_early(&self, stamp: Timestamp, date: Date) -> bool {
        is_before_midnight(self.day.time_of(stamp))
            && !self.day.is_near_latest(stamp)
            && self.at_midnight.unwrap_or_else(|| !self.is_in_session(stamp))
            && has_other_offsets(&self.day.zone, stamp)
            && date.tomorrow().is_ok_and(|next| self.may_be_a_day(next))
    }

    fn may_be_a_day(&self, next: Date) -> bool {
        let trades_then = self.day.kind == Kind::Crypto || next.weekday() != Weekday::Saturday;
        trades_then && !self.dates.contains(&next)
    }

    /// Whether the stamp falls into the hours of the stated session, on whatever
    /// day. A session of all day says nothing.
    fn is_in_session(&self, stamp: Timestamp) -> bool {
        let Some(session) = self.day.session else { return false };
        let [start, end] =
            [session.regular.start, session.regular.end].map(|at| self.day.time_of(at));
        let hour = self.day.time_of(stamp).hour();
        start != Time::midnight()
            && (start.hour() - AROUND_SESSION..=end.hour() + AROUND_SESSION).contains(&hour)
    }

    /// The evening before the week, where it has begun.
    fn is_eve(&self, stamp: Timestamp, date: Date) -> bool {
        matches!(self.day.kind, Kind::Future | Kind::Currency)
            && date.weekday() == Weekday::Sunday
            && self.day.time_of(stamp).hour() >= WEEK_BEGINS
    }
}

fn is_before_midnight(time: Time) -> bool {
    time.hour() >= EARLY_FROM && time.with().hour(0).build().is_ok_and(|it| it == Time::midnight())
}

/// Whether clocks there were ever set otherwise of late: where they were not, there
/// is no other midnight.
fn has_other_offsets(zone: &jiff::tz::TimeZone, stamp: Timestamp) -> bool {
    let of_late = stamp.checked_sub(SignedDuration::from_hours(24 * 366 * 10));
    let change = zone.preceding(stamp).next().map(|change| change.timestamp());
    change.is_some_and(|change| of_late.is_ok_and(|of_late| change > of_late))
}

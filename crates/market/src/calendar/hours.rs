use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::Trading;
use crate::TradingPeriod;

/// When a day of trading begins, rests and ends, in minutes since midnight of its
/// date at the exchange; negative on the day before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hours {
    pub(super) open: i16,
    pub(super) close: i16,
    /// Where it rests at noon: from when to when.
    pub(super) pause: Option<(i16, i16)>,
}

const MINUTES_A_DAY: i16 = 24 * 60;

impl Hours {
    pub(super) const fn new(open: i16, close: i16) -> Self {
        Self { open, close, pause: None }
    }

    /// Reads `09:30-16:00`, `09:00-11:30/12:30-15:30` and `<17:00-17:00`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let stretch = |text: &str| {
            let (from, to) = text.split_once('-')?;
            Some((minute(from)?, minute(to)?))
        };
        let Some((morning, afternoon)) = text.split_once('/') else {
            let (open, close) = stretch(text)?;
            return Some(Self::new(open, close));
        };
        let ((open, rests), (goes_on, close)) = (stretch(morning)?, stretch(afternoon)?);
        Some(Self { open, close, pause: Some((rests, goes_on)) })
    }

    /// The day of trading of a date with these hours.
    pub(super) fn on(self, date: Date, zone: &TimeZone) -> Trading {
        let at = |minute| instant(date, minute, zone);
        let pause = self.pause.map(|(start, end)| TradingPeriod { start: at(start), end: at(end) });
        let (open, close) = (at(self.open), at(self.close));
        Trading { date, open, close, pause, halt: None }
    }
}

/// `09:30`; `<` is the day before, `>` the day after.
fn minute(text: &str) -> Option<i16> {
    let (days, text) = match text.as_bytes().first()? {
        b'<' => (-1, &text[1..]),
        b'>' => (1, &text[1..]),
        _ => (0, text),
    };
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (i16, i16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(days * MINUTES_A_DAY + hour * 60 + minute)
}

/// A wall clock's minute as an instant. One that summer time leaves out is taken
/// as if the clock had not been set yet.
fn instant(date: Date, minute: i16, zone: &TimeZone) -> Timestamp {
    let midnight = date.to_datetime(Time::midnight());
    let there = midnight.saturating_add(i64::from(minute).minutes());
    zone.to_ambiguous_timestamp(there).compatible().unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hours_are_read_with_rests_and_with_days_before_and_after() {
        let lunch = Hours { open: 540, close: 930, pause: Some((690, 750)) };
        assert_eq!(Hours::read("09:00-11:30/12:30-15:30"), Some(lunch));
        assert_eq!(Hours::read("<17:00-17:00"), Some(Hours::new(-420, 1020)));
        assert_eq!(Hours::read("00:00->00:00"), Some(Hours::new(0, 1440)));
        for wrong in ["", "09:00", "09:00-25:00", "9-17", "09:60-10:00", "-", "<-", "1:2-3:4/"] {
            assert_eq!(Hours::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn minutes_are_those_of_the_wall_clock_also_where_it_is_set() {
        let new_york = TimeZone::get("America/New_York").unwrap();
        let opens = |date| Hours::new(570, 960).on(date, &new_york).open.to_string();
        assert_eq!(opens(date(2026, 3, 6)), "2026-03-06T14:30:00Z");
        assert_eq!(opens(date(2026, 3, 9)), "2026-03-09T13:30:00Z");
    }

    proptest! {
        #[test]
        fn any_text_is_hours_or_not(text in "[<>0-9:/-]{0,24}") {
            Hours::read(&text);
        }
    }
}

use jiff::civil::{Date, date};
use market::{Interval, Series, Slot};

use crate::rules::moment::Moment;

/// By how much an intraday bar's open time can lie outside its trading date as a day in
/// UTC. Zones account for 14 hours, sessions that begin the evening before for
/// more; reading a little too much costs nothing, as dates decide in the end.
const SLACK_MS: i64 = 3 * 86_400_000;

/// Calendar days from one to another, both included; without a first one from
/// the beginning of what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dates {
    from: Option<Date>,
    to: Date,
}

impl Dates {
    /// All there are.
    pub(crate) const ALL: Self = Self { from: None, to: Date::MAX };

    pub(crate) fn new(from: Option<Date>, to: Date) -> Self {
        Self { from, to }
    }

    /// The first one.
    pub(crate) fn from(&self) -> Option<Date> {
        self.from
    }

    /// The last one.
    pub(crate) fn to(&self) -> Date {
        self.to
    }

    /// The first and the last one.
    pub(crate) fn outer(self) -> (Date, Date) {
        (self.from.unwrap_or(Date::MIN), self.to)
    }

    pub(crate) fn contains(&self, date: Date) -> bool {
        self.from.is_none_or(|from| from <= date) && date <= self.to
    }

    /// Whether all of the other's days are among these.
    pub(crate) fn include(&self, other: &Self) -> bool {
        // None, the beginning, comes before every date.
        self.from <= other.from && other.to <= self.to
    }

    /// The days of both. They end before they begin where there are none.
    pub(crate) fn common(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }

    /// The same with all days of the bar that the first one falls into.
    pub(crate) fn with_whole_bars(self, interval: Interval) -> Self {
        Self { from: self.from.map(|from| interval.first_date(from)), ..self }
    }

    /// The slots that bars of these trading dates can be about. Of longer and of
    /// shorter bars than a day some are of other dates.
    pub(crate) fn slots(&self, interval: Interval) -> Slots {
        if interval.is_intraday() {
            let first = self.from.map_or(Moment::MIN, |from| midnight(from, -SLACK_MS));
            let slot = |moment: Moment| Slot::from_number(moment.ms());
            return Slots { first: slot(first), last: slot(midnight(self.to, SLACK_MS)) };
        }
        let first = self.from.map_or(Slot::MIN, |from| Slot::of_date(interval, from));
        Slots { first, last: Slot::of_date(interval, self.to) }
    }
}

/// So long after the beginning of a day in UTC.
fn midnight(day: Date, shift_ms: i64) -> Moment {
    let since = day.duration_since(date(1970, 1, 1));
    Moment::from_ms(since.as_secs() * 1_000 + shift_ms)
}

/// Slots of bars from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slots {
    pub(crate) first: Slot,
    pub(crate) last: Slot,
}

impl Slots {
    /// From the first bar to the last; `None` where there are no bars.
    pub(crate) fn of(series: &Series) -> Option<Self> {
        series.outer_slots().map(|(first, last)| Self { first, last })
    }

    pub(crate) fn contains(&self, slot: Slot) -> bool {
        (self.first..=self.last).contains(&slot)
    }

    /// The slots of both. They end before they begin where there are none.
    pub(crate) fn common(self, other: Self) -> Self {
        Self { first: self.first.max(other.first), last: self.last.min(other.last) }
    }

    /// The slots from the first of either to the last of either.
    pub(crate) fn with(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), last: self.last.max(other.last) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_dates() -> impl Strategy<Value = Dates> {
        let day = |n: i8| date(2025, 10, n);
        (proptest::option::of(1_i8..28), 1_i8..28)
            .prop_map(move |(from, to)| Dates::new(from.map(day), day(to)))
    }

    proptest! {
        #[test]
        fn common_days_are_those_that_both_contain(
            one in any_dates(), other in any_dates(), day in 1_i8..31
        ) {
            let day = date(2025, 10, day);
            let both = one.contains(day) && other.contains(day);
            prop_assert_eq!(one.common(other).contains(day), both);
        }

        #[test]
        fn days_include_others_where_they_contain_each(one in any_dates(), other in any_dates()) {
            prop_assume!(other.from.is_none_or(|from| from <= other.to));
            let first = other.from.unwrap_or(date(1, 1, 1));
            let each = one.contains(first) && one.contains(other.to);
            prop_assert_eq!(one.include(&other), each);
        }
    }

    #[test]
    fn intraday_bars_of_a_date_open_within_days_of_it_anywhere_on_earth() {
        let slots = Dates::new(Some(date(2025, 10, 27)), date(2025, 10, 27)).slots(Interval::M1);
        for open_time in ["2025-10-26T17:00:00-05:00", "2025-10-27T09:30:00+14:00"] {
            let open_time: jiff::Timestamp = open_time.parse().unwrap();
            assert!(slots.contains(Slot::from_number(open_time.as_millisecond())));
        }
    }

    #[test]
    fn a_day_has_its_own_slot_and_a_week_that_of_its_monday() {
        let slots =
            |interval| Dates::new(Some(date(2025, 10, 29)), date(2025, 10, 29)).slots(interval);
        let daily = slots(Interval::D1);
        assert_eq!(daily.first, daily.last);
        let monday = Slot::of_date(Interval::Wk1, date(2025, 10, 27));
        assert_eq!(slots(Interval::Wk1), Slots { first: monday, last: monday });
    }

    #[test]
    fn the_ends_of_the_calendar_have_slots() {
        for interval in [Interval::M1, Interval::D1] {
            let all = Dates::new(None, Date::MAX).slots(interval);
            assert!(all.first == Slot::MIN && all.last < Slot::MAX);
            assert!(Dates::new(Some(Date::MIN), Date::MIN).slots(interval).first > Slot::MIN);
        }
    }
}

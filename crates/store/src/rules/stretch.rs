use jiff::civil::{Date, date};
use market::Series;

use crate::rules::moment::Moment;

/// By how much a bar's open time can lie outside its trading date as a day in
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

    /// The open times that bars of these trading dates can have.
    pub(crate) fn open_times(&self) -> OpenTimes {
        let first = self.from.map_or(Moment::MIN, |from| midnight(from, -SLACK_MS));
        OpenTimes { first, last: midnight(self.to, SLACK_MS) }
    }
}

/// So long after the beginning of a day in UTC.
fn midnight(day: Date, shift_ms: i64) -> Moment {
    let since = day.duration_since(date(1970, 1, 1));
    Moment::from_ms(since.as_secs() * 1_000 + shift_ms)
}

/// Open times of bars from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpenTimes {
    pub(crate) first: Moment,
    pub(crate) last: Moment,
}

impl OpenTimes {
    /// From the first bar to the last; `None` where there are no bars.
    pub(crate) fn of(series: &Series) -> Option<Self> {
        let (first, last) = (series.get(0)?, series.last()?);
        Some(Self { first: first.open_time.into(), last: last.open_time.into() })
    }

    pub(crate) fn contains(&self, open_time: Moment) -> bool {
        (self.first..=self.last).contains(&open_time)
    }

    /// The times of both. They end before they begin where there are none.
    pub(crate) fn common(self, other: Self) -> Self {
        Self { first: self.first.max(other.first), last: self.last.min(other.last) }
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
    fn bars_of_a_date_open_within_days_of_it_anywhere_on_earth() {
        let open_times = Dates::new(Some(date(2025, 10, 27)), date(2025, 10, 27)).open_times();
        for open_time in ["2025-10-26T17:00:00-05:00", "2025-10-27T09:30:00+14:00"] {
            let open_time: jiff::Timestamp = open_time.parse().unwrap();
            assert!(open_times.contains(open_time.into()));
        }
    }

    #[test]
    fn the_ends_of_the_calendar_have_open_times() {
        let all = Dates::new(None, Date::MAX).open_times();
        assert!(all.contains(jiff::Timestamp::MAX.into()));
        assert!(all.contains(jiff::Timestamp::MIN.into()));
        assert!(Dates::new(Some(Date::MIN), Date::MIN).open_times().first > Moment::MIN);
    }
}

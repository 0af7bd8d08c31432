use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use market::{Bar, Interval, Series};

/// Which bars of a series make a page, or where the nearest earlier one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// Positions of the first bar and of the first after the last.
    Bars(usize, usize),
    /// There is none; the stamp of the newest bar before the page, if there is one.
    Nothing(Option<i64>),
}

/// The stretch that a page is of, in seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    /// The first second; all there is before the end where it is not given.
    pub(super) from: Option<i64>,
    /// The first second after the stretch.
    pub(super) to: i64,
    /// How many bars before the end; counts more than `from`, which holidays make
    /// too near.
    pub(super) countback: Option<u32>,
}

impl Page {
    /// The page out of ascending stamps.
    pub(super) fn of(stamps: &[i64], stretch: Stretch) -> Self {
        let end = stamps.partition_point(|stamp| *stamp < stretch.to);
        let since = |from: i64| stamps.partition_point(|stamp| *stamp < from).min(end);
        let first = match (stretch.countback, stretch.from) {
            (Some(count), _) => end.saturating_sub(count as usize),
            (None, from) => from.map_or(0, since),
        };
        if first < end {
            return Self::Bars(first, end);
        }
        Self::Nothing(first.checked_sub(1).map(|before| stamps[before]))
    }
}

/// The stamps of bars: of days and longer ones midnight UTC of their date, wherever
/// they trade; of shorter ones when they opened.
pub(super) fn stamps(series: &Series) -> Vec<i64> {
    let is_intraday = series.head.interval.is_intraday();
    series.bars().map(|bar| stamp(&bar, is_intraday)).collect()
}

fn stamp(bar: &Bar, is_intraday: bool) -> i64 {
    if is_intraday { bar.open_time.as_second() } else { midnight(bar.date) }
}

/// The stamp of the bar that a date falls into.
pub(super) fn stamp_of(date: Date, interval: Interval) -> i64 {
    midnight(interval.first_date(date))
}

/// The date that a stamp is of; `None` for what no calendar has.
pub(super) fn date_of(stamp: i64) -> Option<Date> {
    let at = Timestamp::from_second(stamp).ok()?;
    Some(at.to_zoned(TimeZone::UTC).date())
}

/// Midnight UTC of a date.
pub(super) fn midnight(date: Date) -> i64 {
    let midnight = TimeZone::UTC.to_timestamp(date.to_datetime(Time::midnight()));
    midnight.map_or(i64::MAX, Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn page(stamps: &[i64], from: Option<i64>, to: i64, countback: Option<u32>) -> Page {
        Page::of(stamps, Stretch { from, to, countback })
    }

    #[test]
    fn the_end_is_no_part_of_a_page_and_a_count_goes_before_the_beginning() {
        let stamps = [10, 20, 30, 40];
        assert_eq!(page(&stamps, Some(20), 40, None), Page::Bars(1, 3));
        assert_eq!(page(&stamps, Some(39), 40, Some(2)), Page::Bars(1, 3));
        assert_eq!(page(&stamps, Some(0), 40, Some(1)), Page::Bars(2, 3));
        assert_eq!(page(&stamps, None, 41, Some(99)), Page::Bars(0, 4));
    }

    #[test]
    fn a_page_without_bars_names_the_nearest_earlier_one() {
        let stamps = [10, 20, 30];
        assert_eq!(page(&stamps, Some(21), 30, None), Page::Nothing(Some(20)));
        assert_eq!(page(&stamps, Some(50), 40, None), Page::Nothing(Some(30)));
        assert_eq!(page(&stamps, Some(0), 10, Some(5)), Page::Nothing(None));
        assert_eq!(page(&[], None, 10, None), Page::Nothing(None));
    }

    proptest! {
        /// As a chart walks that is scrolled back.
        #[test]
        fn pages_by_count_have_every_bar_once(
            bars in proptest::collection::btree_set(0_i64..1_000, 0..60),
            count in 1_u32..20,
        ) {
            let stamps: Vec<i64> = bars.into_iter().collect();
            let (mut walked, mut to) = (Vec::new(), 1_000);
            while let Page::Bars(first, end) = page(&stamps, Some(to - 1), to, Some(count)) {
                walked.splice(0..0, stamps[first..end].iter().copied());
                to = stamps[first];
            }
            prop_assert_eq!(walked, stamps);
        }

        #[test]
        fn what_follows_next_time_has_bars(
            bars in proptest::collection::btree_set(0_i64..1_000, 0..20),
            from in 0_i64..1_000,
            to in 0_i64..1_000,
        ) {
            let stamps: Vec<i64> = bars.into_iter().collect();
            if let Page::Nothing(Some(next)) = page(&stamps, Some(from), to, None) {
                prop_assert!(next < from.min(to).max(from));
                prop_assert!(matches!(page(&stamps, Some(next), next + 1, None), Page::Bars(..)));
            }
        }
    }
}

use jiff::civil::{Date, date};

use crate::{Bar, Interval};

const EPOCH: Date = date(1970, 1, 1);

/// What a bar is about, among the bars of its series: of two reports about one
/// slot the later takes the place of the earlier.
///
/// A bar of a day or longer is about a trading date, and its open time is no
/// more than an attribute, which sources restamp. A shorter one is about the
/// instant at which it opened. Ordered in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(i64);

impl Slot {
    /// Before every slot there is.
    pub const MIN: Self = Self(i64::MIN);
    /// After every slot there is.
    pub const MAX: Self = Self(i64::MAX);

    /// The slot of a bar of this interval.
    pub fn of(interval: Interval, bar: &Bar) -> Self {
        if interval.is_intraday() {
            Self(bar.open_time.as_millisecond())
        } else {
            Self::of_date(interval, bar.date)
        }
    }

    /// The slot that a trading date falls into, of an interval of a day or longer.
    pub fn of_date(interval: Interval, date: Date) -> Self {
        let first = interval.first_date(date);
        Self(first.duration_since(EPOCH).as_secs() / 86_400)
    }

    /// Reads [`Slot::number`] back.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// Days since 1970-01-01 for bars of a day and longer, and milliseconds since
    /// its first instant for shorter ones.
    pub const fn number(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::Price;

    fn bar(open_time: &str, date: Date) -> Bar {
        Bar {
            open_time: open_time.parse().unwrap(),
            date,
            open: None,
            high: None,
            low: None,
            close: Price::new(1.0).unwrap(),
            adj_close: None,
            volume: None,
            provisional: false,
        }
    }

    #[test]
    fn a_trading_date_has_one_slot_however_it_is_stamped() {
        let friday = date(2026, 11, 27);
        let stamped = |at| Slot::of(Interval::D1, &bar(at, friday));
        assert_eq!(stamped("2026-11-26T18:30:00Z"), stamped("2026-11-27T09:15:00Z"));
        assert_ne!(
            stamped("2026-11-27T09:15:00Z"),
            Slot::of_date(Interval::D1, date(2026, 11, 28))
        );
    }

    #[test]
    fn a_week_a_month_and_a_quarter_have_one_slot_for_all_their_days() {
        let same =
            |interval, one, other| Slot::of_date(interval, one) == Slot::of_date(interval, other);
        assert!(same(Interval::Wk1, date(2026, 11, 23), date(2026, 11, 27)));
        assert!(same(Interval::Mo1, date(2026, 11, 2), date(2026, 11, 30)));
        assert!(same(Interval::Mo3, date(2026, 10, 1), date(2026, 12, 31)));
        assert!(!same(Interval::D1, date(2026, 11, 23), date(2026, 11, 27)));
    }

    #[test]
    fn shorter_bars_are_about_instants() {
        let open_time: Timestamp = "2026-11-27T14:30:00Z".parse().unwrap();
        let slot = Slot::of(Interval::M1, &bar("2026-11-27T14:30:00Z", date(2026, 11, 27)));
        assert_eq!(slot.number(), open_time.as_millisecond());
        assert_eq!(Slot::from_number(slot.number()), slot);
    }

    #[test]
    fn slots_are_ordered_in_time_also_before_1970() {
        let day = |date| Slot::of_date(Interval::D1, date);
        assert!(day(date(1927, 12, 30)) < day(date(1927, 12, 31)));
        assert_eq!(day(date(1969, 12, 31)).number(), -1);
    }
}

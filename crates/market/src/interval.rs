use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// How long a bar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interval {
    /// One minute.
    M1,
    /// Two minutes.
    M2,
    /// Five minutes.
    M5,
    /// Ten minutes.
    M10,
    /// Fifteen minutes.
    M15,
    /// Thirty minutes.
    M30,
    /// One hour, counted from the session's open.
    H1,
    /// Ninety minutes, counted from the session's open.
    M90,
    /// Two hours, counted from the session's open.
    H2,
    /// Four hours, counted from the session's open.
    H4,
    /// One trading day.
    D1,
    /// One calendar week, from Monday.
    Wk1,
    /// One calendar month.
    Mo1,
    /// Three calendar months.
    Mo3,
}

/// A text that names no interval.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an interval; use one of 1m 2m 5m 10m 15m 30m 1h 90m 2h 4h 1d 1wk 1mo 3mo")]
pub struct IntervalError(String);

impl Interval {
    /// All intervals, finest first.
    pub const ALL: [Self; 14] = [
        Self::M1,
        Self::M2,
        Self::M5,
        Self::M10,
        Self::M15,
        Self::M30,
        Self::H1,
        Self::M90,
        Self::H2,
        Self::H4,
        Self::D1,
        Self::Wk1,
        Self::Mo1,
        Self::Mo3,
    ];

    /// The name used in URLs, JSON and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::M1 => "1m",
            Self::M2 => "2m",
            Self::M5 => "5m",
            Self::M10 => "10m",
            Self::M15 => "15m",
            Self::M30 => "30m",
            Self::H1 => "1h",
            Self::M90 => "90m",
            Self::H2 => "2h",
            Self::H4 => "4h",
            Self::D1 => "1d",
            Self::Wk1 => "1wk",
            Self::Mo1 => "1mo",
            Self::Mo3 => "3mo",
        }
    }

    /// The interval whose bars this one is put together from, where no upstream
    /// publishes it.
    pub fn made_of(self) -> Option<Self> {
        match self {
            Self::M10 => Some(Self::M5),
            Self::M90 => Some(Self::M30),
            Self::H2 | Self::H4 => Some(Self::H1),
            _ => None,
        }
    }

    /// Shorter than a trading day: its bars have instants, not dates.
    pub fn is_intraday(self) -> bool {
        self < Self::D1
    }

    /// The date that a bar of this interval carries: that of the Monday, or the
    /// first day of the month or quarter, that `date` falls into; `date` itself for
    /// shorter bars.
    pub fn first_date(self, date: Date) -> Date {
        let first = match self {
            Self::Wk1 => {
                let since_monday = i64::from(date.weekday().since(Weekday::Monday));
                date.checked_sub(since_monday.days())
            }
            Self::Mo1 => Ok(date.first_of_month()),
            Self::Mo3 => Date::new(date.year(), (date.month() - 1) / 3 * 3 + 1, 1),
            _ => Ok(date),
        };
        // Only the first week of the calendar has no Monday.
        first.unwrap_or(date)
    }

    /// Length in seconds; for weeks and months the nominal one (7, 30, 91 days).
    pub fn seconds(self) -> i64 {
        const DAY: i64 = 86_400;
        match self {
            Self::M1 => 60,
            Self::M2 => 120,
            Self::M5 => 300,
            Self::M10 => 600,
            Self::M15 => 900,
            Self::M30 => 1_800,
            Self::H1 => 3_600,
            Self::M90 => 5_400,
            Self::H2 => 7_200,
            Self::H4 => 14_400,
            Self::D1 => DAY,
            Self::Wk1 => 7 * DAY,
            Self::Mo1 => 30 * DAY,
            Self::Mo3 => 91 * DAY,
        }
    }
}

impl FromStr for Interval {
    type Err = IntervalError;

    fn from_str(text: &str) -> Result<Self, IntervalError> {
        let text = if text == "60m" { "1h" } else { text };
        let found = Self::ALL.into_iter().find(|interval| interval.as_str() == text);
        found.ok_or_else(|| IntervalError(text.chars().take(20).collect()))
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn weeks_months_and_quarters_carry_their_first_day() {
        let first = |interval: Interval| interval.first_date(date(2025, 8, 14));
        assert_eq!(first(Interval::Wk1), date(2025, 8, 11));
        assert_eq!(first(Interval::Mo1), date(2025, 8, 1));
        assert_eq!(first(Interval::Mo3), date(2025, 7, 1));
        assert_eq!(first(Interval::D1), date(2025, 8, 14));
        assert_eq!(Interval::Wk1.first_date(Date::MIN), Date::MIN, "no Monday is before it");
    }

    #[test]
    fn names_read_back() {
        for interval in Interval::ALL {
            assert_eq!(interval.as_str().parse(), Ok(interval));
        }
        assert_eq!("60m".parse(), Ok(Interval::H1));
        for text in ["", "1D", "1min", "3h", "0m", "1 d"] {
            assert!(text.parse::<Interval>().is_err(), "{text:?}");
        }
    }
}

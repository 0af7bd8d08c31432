use jiff::civil::Date;

use crate::listing::before;

/// How long a bar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interval {
    /// One minute. Like all intraday bars counted from the session's open.
    M1,
    /// Two minutes.
    M2,
    /// Five minutes.
    M5,
    /// Fifteen minutes.
    M15,
    /// Thirty minutes.
    M30,
    /// One hour.
    H1,
    /// One trading day.
    D1,
    /// One calendar week, from Monday.
    Wk1,
    /// One calendar month.
    Mo1,
    /// Three calendar months, from January, April, July or October.
    Mo3,
}

impl Interval {
    /// All intervals, finest first.
    pub const ALL: [Self; 10] = [
        Self::M1,
        Self::M2,
        Self::M5,
        Self::M15,
        Self::M30,
        Self::H1,
        Self::D1,
        Self::Wk1,
        Self::Mo1,
        Self::Mo3,
    ];

    /// Yahoo's name for it: `1m`, `1h`, `1d`, `1wk`, `1mo`, `3mo`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::M1 => "1m",
            Self::M2 => "2m",
            Self::M5 => "5m",
            Self::M15 => "15m",
            Self::M30 => "30m",
            Self::H1 => "1h",
            Self::D1 => "1d",
            Self::Wk1 => "1wk",
            Self::Mo1 => "1mo",
            Self::Mo3 => "3mo",
        }
    }

    /// Reads [`Interval::as_str`] back; `60m` is `1h`.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = if name == "60m" { "1h" } else { name };
        Self::ALL.into_iter().find(|interval| interval.as_str() == name)
    }

    /// Its length in minutes where that is shorter than a trading day.
    pub fn minutes(self) -> Option<u32> {
        match self {
            Self::M1 => Some(1),
            Self::M2 => Some(2),
            Self::M5 => Some(5),
            Self::M15 => Some(15),
            Self::M30 => Some(30),
            Self::H1 => Some(60),
            Self::D1 | Self::Wk1 | Self::Mo1 | Self::Mo3 => None,
        }
    }

    /// The first calendar day of the bar that holds `date`.
    pub(crate) fn first_day(self, date: Date) -> Date {
        match self {
            Self::Wk1 => {
                let passed = date.weekday().to_monday_zero_offset();
                (0..passed).fold(date, |day, _| before(day))
            }
            Self::Mo1 => date.first_of_month(),
            Self::Mo3 => {
                let month = date.month() - (date.month() - 1) % 3;
                Date::new(date.year(), month, 1).unwrap_or(date)
            }
            _ => date,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn names_read_back() {
        for interval in Interval::ALL {
            assert_eq!(Interval::from_name(interval.as_str()), Some(interval));
        }
        assert_eq!(Interval::from_name("60m"), Some(Interval::H1));
        assert_eq!(Interval::from_name("7m"), None);
    }

    #[test]
    fn longer_bars_begin_with_their_calendar_stretch() {
        let sunday = date(2026, 11, 22);
        assert_eq!(Interval::Wk1.first_day(sunday), date(2026, 11, 16));
        assert_eq!(Interval::Mo1.first_day(sunday), date(2026, 11, 1));
        assert_eq!(Interval::Mo3.first_day(sunday), date(2026, 10, 1));
    }
}

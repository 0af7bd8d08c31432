use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// How far back from now a question reaches.
///
/// Days are *trading* days, as upstreams count them: `5d` is the last five
/// dates on which there was a bar, not five calendar days. Weeks, months and
/// years are calendar ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// The latest `n` trading days.
    Days(u16),
    /// `n` calendar weeks.
    Weeks(u16),
    /// `n` calendar months.
    Months(u16),
    /// `n` calendar years.
    Years(u16),
    /// Since 1 January.
    YearToDate,
    /// All there is.
    Max,
}

/// A text that names no period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a period; use 7d, 1mo, 3mo, 6mo, 1y, 5y, ytd, max or any <n>d, <n>wk, <n>mo, <n>y up to 100 years"
)]
pub struct PeriodError(String);

/// One hundred years, in each unit.
const MOST: [(&str, u16); 4] = [("d", 36_525), ("wk", 5_218), ("mo", 1_200), ("y", 100)];

impl Period {
    /// The first calendar day the period can reach, counted back from `today`;
    /// `None` for all there is.
    ///
    /// For trading days this is generous (weekends and holidays included); the
    /// answer is then cut to the `n` latest dates.
    pub fn first_day(self, today: Date) -> Option<Date> {
        let back = |span: Span| today.checked_sub(span).ok();
        match self {
            Self::Days(n) => back((i32::from(n) * 7 / 5 + 10).days()),
            Self::Weeks(n) => back(i32::from(n).weeks()),
            Self::Months(n) => back(i32::from(n).months()),
            Self::Years(n) => back(i32::from(n).years()),
            Self::YearToDate => Some(today.first_of_year()),
            Self::Max => None,
        }
    }

    /// An upper estimate of the calendar days covered, for limits stated in days.
    pub fn calendar_days(self) -> Option<u32> {
        match self {
            Self::Days(n) => Some(u32::from(n)),
            Self::Weeks(n) => Some(u32::from(n) * 7),
            Self::Months(n) => Some(u32::from(n) * 31),
            Self::Years(n) => Some(u32::from(n) * 366),
            Self::YearToDate => Some(366),
            Self::Max => None,
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        match text {
            "max" => return Ok(Self::Max),
            "ytd" => return Ok(Self::YearToDate),
            _ => {}
        }
        read_counted(text).ok_or_else(|| PeriodError(text.chars().take(20).collect()))
    }
}

fn read_counted(text: &str) -> Option<Period> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (digits, unit) = text.split_at(unit_at);
    let (_, most) = MOST.into_iter().find(|(name, _)| *name == unit)?;
    let n = digits
        .parse::<u16>()
        .ok()
        .filter(|n| (1..=most).contains(n) && !digits.starts_with('0'))?;
    Some(match unit {
        "d" => Period::Days(n),
        "wk" => Period::Weeks(n),
        "mo" => Period::Months(n),
        _ => Period::Years(n),
    })
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(n) => write!(f, "{n}d"),
            Self::Weeks(n) => write!(f, "{n}wk"),
            Self::Months(n) => write!(f, "{n}mo"),
            Self::Years(n) => write!(f, "{n}y"),
            Self::YearToDate => f.write_str("ytd"),
            Self::Max => f.write_str("max"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn periods_reach_back_by_the_calendar() {
        let today = date(2024, 3, 31);
        let first = |text: &str| text.parse::<Period>().unwrap().first_day(today);
        assert_eq!(first("1mo"), Some(date(2024, 2, 29)));
        assert_eq!(first("1y"), Some(date(2023, 3, 31)));
        assert_eq!(first("ytd"), Some(date(2024, 1, 1)));
        assert_eq!(first("2wk"), Some(date(2024, 3, 17)));
        assert_eq!(first("max"), None);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "d", "0d", "01d", "-1d", "1.5y", "101y", "99999d", "1 mo", "1M", "é", "1é"]
        {
            assert!(text.parse::<Period>().is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_prints_the_same(text in "[0-9]{1,4}(d|wk|mo|y)") {
            if let Ok(period) = text.parse::<Period>() {
                prop_assert_eq!(period.to_string(), text);
            }
        }
    }
}

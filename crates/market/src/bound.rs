use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;

/// One end of a stretch of history, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A whole trading date.
    Date(Date),
    /// An instant: of intraday bars the open time, of longer ones the date that it is
    /// where the instrument trades.
    Instant(Timestamp),
}

/// A text that is neither a date nor an instant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is neither a date nor an instant; use YYYY-MM-DD, such as 2024-01-31, RFC 3339, such as \
     2024-01-31T15:30:00Z, or seconds (10 digits) or milliseconds (13 digits) since 1970"
)]
pub struct BoundError(String);

impl Bound {
    /// The trading date that it is, or that an instant is where the instrument trades.
    pub fn date(self, date_of: impl FnOnce(Timestamp) -> Date) -> Date {
        match self {
            Self::Date(date) => date,
            Self::Instant(at) => date_of(at),
        }
    }

    /// The instant, if it is one.
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Self::Date(_) => None,
            Self::Instant(at) => Some(at),
        }
    }
}

impl From<Date> for Bound {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl FromStr for Bound {
    type Err = BoundError;

    fn from_str(text: &str) -> Result<Self, BoundError> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = || text.parse().ok();
        let found = match text.len() {
            10 if is_number => {
                number().and_then(|it| Timestamp::from_second(it).ok()).map(Self::Instant)
            }
            13 if is_number => {
                number().and_then(|it| Timestamp::from_millisecond(it).ok()).map(Self::Instant)
            }
            10 => text.parse().ok().map(Self::Date),
            _ if text.contains('T') || text.contains('t') => {
                with_sign(text).parse().ok().map(Self::Instant)
            }
            _ => None,
        };
        found.ok_or_else(|| BoundError(text.chars().take(40).collect()))
    }
}

/// In an address a plus sign that is not written `%2B` arrives as a blank:
/// `2024-01-31T15:30:00 01:00`.
fn with_sign(text: &str) -> String {
    text.replacen(' ', "+", 1)
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => date.fmt(f),
            Self::Instant(at) => at.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_instants_and_both_epochs_are_read() {
        let instant = |text: &str| Ok(Bound::Instant(text.parse().unwrap()));
        let read = |text: &str| text.parse::<Bound>();
        assert_eq!(read("2024-01-31"), Ok(Bound::Date("2024-01-31".parse().unwrap())));
        for text in [
            "2024-01-31T15:30:00Z",
            "2024-01-31T15:30:00.000Z",
            "2024-01-31T16:30:00+01:00",
            "2024-01-31T16:30:00 01:00",
            "2024-01-31t15:30:00z",
            "1706715000",
            "1706715000000",
        ] {
            assert_eq!(read(text), instant("2024-01-31T15:30:00Z"), "{text}");
        }
        assert_eq!(read("1706715000123"), instant("2024-01-31T15:30:00.123Z"));
        for text in [
            "",
            "now",
            "20240131",
            "170671500",
            "17067150000",
            "1706715000.5",
            "-170671500",
            "2024-02-30",
            "2024-13-01",
            "31.01.2024",
            "2024-01-31 15:30",
            "2024-01-31T15:30:00",
        ] {
            assert_eq!(read(text), Err(BoundError(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn an_instant_is_the_date_where_the_instrument_trades() {
        let at: Bound = "2024-01-02T03:00:00Z".parse().unwrap();
        let date = |zone| at.date(|at| at.in_tz(zone).unwrap().date()).to_string();
        assert_eq!(date("America/New_York"), "2024-01-01");
        assert_eq!(date("Europe/Paris"), "2024-01-02");
    }

    proptest! {
        #[test]
        fn what_is_read_prints_and_reads_again(text in "\\PC{0,30}|[0-9]{9,14}|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]{8}Z)?") {
            if let Ok(bound) = text.parse::<Bound>() {
                prop_assert_eq!(bound.to_string().parse(), Ok(bound));
            }
        }
    }
}

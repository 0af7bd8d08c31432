use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use market::{Bound, Interval};
use table::text::short;

/// The vendor's names of what bars there are.
const INTERVALS: [(&str, Interval); 10] = [
    ("1min", Interval::M1),
    ("5min", Interval::M5),
    ("15min", Interval::M15),
    ("30min", Interval::M30),
    ("1h", Interval::H1),
    ("2h", Interval::H2),
    ("4h", Interval::H4),
    ("1day", Interval::D1),
    ("1week", Interval::Wk1),
    ("1month", Interval::Mo1),
];

/// The vendor's name of a bar's length.
pub(super) fn interval_name(interval: Interval) -> &'static str {
    INTERVALS.iter().find(|(_, it)| *it == interval).map_or("", |(name, _)| name)
}

/// A day, or a time of day somewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Moment {
    Day(Date),
    Time(DateTime),
}

impl Moment {
    /// As one end of a stretch, by the clocks of a zone.
    pub(super) fn bound(self, zone: &TimeZone) -> Bound {
        match self {
            Self::Day(date) => Bound::Date(date),
            Self::Time(time) => match zone.to_ambiguous_timestamp(time).compatible() {
                Ok(at) => Bound::Instant(at),
                Err(_) => Bound::Date(time.date()),
            },
        }
    }
}

/// Where times are told.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Zone {
    /// Where the instrument trades.
    Exchange,
    /// Everywhere the same.
    Named(TimeZone),
}

impl Zone {
    /// The zone, for an instrument that trades in another.
    pub(super) fn of(&self, exchange: TimeZone) -> TimeZone {
        match self {
            Self::Exchange => exchange,
            Self::Named(zone) => zone.clone(),
        }
    }
}

/// Reads how long a bar is.
///
/// # Errors
///
/// What is wrong with it and what is accepted.
pub(super) fn interval(text: &str) -> Result<Interval, String> {
    let found = INTERVALS.iter().find(|(name, _)| *name == text);
    let all = INTERVALS.map(|(name, _)| name).join(", ");
    let fault = || format!("{:?} is not an interval that is had here; use {all}", short(text));
    found.map(|(_, interval)| *interval).ok_or_else(fault)
}

/// Reads a day or a time.
///
/// # Errors
///
/// What is wrong with it and what is accepted.
pub(super) fn moment(text: &str) -> Result<Moment, String> {
    if let Ok(date) = table::text::date(text) {
        return Ok(Moment::Day(date));
    }
    let formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
    let time = formats.iter().find_map(|format| DateTime::strptime(format, text).ok());
    let fault = || format!("{:?} is no time; use 2024-01-31 or 2024-01-31 15:30:00", short(text));
    time.map(Moment::Time).ok_or_else(fault)
}

/// Reads where times are told.
///
/// # Errors
///
/// What is wrong with it and what is accepted.
pub(super) fn zone(text: &str) -> Result<Zone, String> {
    if text.eq_ignore_ascii_case("exchange") {
        return Ok(Zone::Exchange);
    }
    let fault = || format!("{:?} is no zone; use Exchange, UTC or Europe/Paris", short(text));
    TimeZone::get(text).map(Zone::Named).map_err(|_| fault())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_time_is_told_where_it_is_asked_for() {
        let new_york = TimeZone::get("America/New_York").unwrap();
        let half_past_nine = "2024-01-05T14:30:00Z".parse().unwrap();
        let bound = |text: &str| moment(text).unwrap().bound(&new_york);
        assert_eq!(bound("2024-01-05 09:30:00"), Bound::Instant(half_past_nine));
        assert_eq!(bound("2024-01-05"), Bound::Date(date(2024, 1, 5)));
        assert!(moment("yesterday").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
            let _ = (interval(&text), moment(&text), zone(&text));
        }
    }
}

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{Instrument, Interval, Kind, Period, Span};

/// The stretch of time as Yahoo is asked for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stretch {
    /// One of Yahoo's own ranges. What it covers is theirs to say.
    Range(String),
    /// From one instant to another, as `period1` and `period2`.
    Between(Timestamp, Timestamp),
}

/// Ranges that Yahoo itself lists as `validRanges`.
const RANGES: [&str; 11] = ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"];

/// Whether a span is answered whole by a range of Yahoo's own.
pub(super) fn is_own_range(span: Span) -> bool {
    matches!(span, Span::Period(_)) && RANGES.contains(&span.to_string().as_str())
}

/// Puts a span in Yahoo's terms, seen from `today` where the instrument trades.
pub(super) fn stretch(
    span: Span,
    interval: Interval,
    instrument: &Instrument,
    zone: &TimeZone,
    today: Date,
) -> Stretch {
    // Any `<n>d` counts trading days there too, and is the only way to get as
    // many fine bars as the windows allow: their limits hold for trading days
    // in a range but for calendar days between two instants.
    let by_days = interval.is_intraday() && matches!(span, Span::Period(Period::Days(_)));
    if by_days || is_own_range(span) {
        return Stretch::Range(span.to_string());
    }
    let (first, last) = span.days(today);
    let slack = slack(instrument, zone);
    // Asked from anywhere else, Yahoo starts its weeks and months in the middle of ours.
    let first = first.map_or(Timestamp::UNIX_EPOCH, |first| {
        let begin = midnight(interval.first_date(first), zone);
        begin.checked_sub(slack).unwrap_or(Timestamp::MIN)
    });
    let end = midnight(last.tomorrow().unwrap_or(last), zone);
    let end = end.checked_add(slack).unwrap_or(Timestamp::MAX);
    Stretch::Between(first, end)
}

/// The first instant of a date somewhere.
pub(super) fn midnight(date: Date, zone: &TimeZone) -> Timestamp {
    instant(date, Time::midnight(), zone)
}

/// A time of day on a date somewhere.
pub(super) fn instant(date: Date, time: Time, zone: &TimeZone) -> Timestamp {
    let there = zone.to_timestamp(date.to_datetime(time));
    // Only dates at the very ends of the calendar have no instant.
    there.unwrap_or(if date.year() < 1970 { Timestamp::MIN } else { Timestamp::MAX })
}

/// Until Yahoo has said what an instrument's zone is we assume UTC, and may be wrong
/// by up to fourteen hours either way. More is asked for then, and cut later.
fn slack(instrument: &Instrument, zone: &TimeZone) -> SignedDuration {
    let assumed = *zone == TimeZone::UTC && instrument.kind != Kind::Crypto;
    SignedDuration::from_hours(if assumed { 14 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use market::Catalog;

    fn ask(symbol: &str, zone: &str, span: Span, interval: Interval) -> Stretch {
        let instrument = Catalog::new().instrument(&symbol.parse().unwrap());
        let zone = TimeZone::get(zone).unwrap();
        stretch(span, interval, &instrument, &zone, date(2025, 10, 29))
    }

    fn period(text: &str) -> Span {
        Span::Period(text.parse().unwrap())
    }

    fn between(from: &str, to: &str) -> Stretch {
        Stretch::Between(from.parse().unwrap(), to.parse().unwrap())
    }

    #[test]
    fn own_ranges_are_asked_by_name() {
        for range in RANGES {
            let asked = ask("AAPL", "America/New_York", period(range), Interval::D1);
            assert_eq!(asked, Stretch::Range(range.to_owned()));
        }
    }

    #[test]
    fn trading_days_of_fine_bars_are_asked_as_a_range() {
        let asked = ask("AAPL", "America/New_York", period("7d"), Interval::M1);
        assert_eq!(asked, Stretch::Range("7d".to_owned()));
    }

    #[test]
    fn other_stretches_begin_and_end_at_midnight_there() {
        let paris = |span, interval| ask("CAC40", "Europe/Paris", span, interval);
        let october = Span::dates(date(2025, 10, 25), date(2025, 10, 26)).unwrap();
        // Summer time ends on the 26th.
        let expected = between("2025-10-24T22:00:00Z", "2025-10-26T23:00:00Z");
        assert_eq!(paris(october, Interval::D1), expected);
        let expected = between("2025-06-28T22:00:00Z", "2025-10-29T23:00:00Z");
        assert_eq!(paris(period("4mo"), Interval::D1), expected);
    }

    #[test]
    fn weeks_months_and_quarters_are_asked_from_their_first_day() {
        let mid_august = Span::dates(date(2025, 8, 14), date(2025, 8, 14)).unwrap();
        for (interval, first) in
            [(Interval::Wk1, "11T00"), (Interval::Mo1, "01T00"), (Interval::D1, "14T00")]
        {
            let expected = between(&format!("2025-08-{first}:00:00Z"), "2025-08-15T00:00:00Z");
            assert_eq!(ask("BTC/EUR", "UTC", mid_august, interval), expected);
        }
        let expected = between("2025-07-01T00:00:00Z", "2025-08-15T00:00:00Z");
        assert_eq!(ask("BTC/EUR", "UTC", mid_august, Interval::Mo3), expected);
    }

    #[test]
    fn the_ends_of_the_calendar_need_no_margin() {
        let all = Span::dates(date(-9999, 1, 1), date(9999, 12, 31)).unwrap();
        let expected = Stretch::Between(Timestamp::MIN, Timestamp::MAX);
        assert_eq!(ask("7203.T", "UTC", all, Interval::D1), expected);
    }

    #[test]
    fn a_zone_that_is_only_assumed_gets_a_margin() {
        let day = Span::dates(date(2025, 10, 20), date(2025, 10, 20)).unwrap();
        let expected = between("2025-10-19T10:00:00Z", "2025-10-21T14:00:00Z");
        assert_eq!(ask("7203.T", "UTC", day, Interval::D1), expected);
        let expected = between("2025-10-20T00:00:00Z", "2025-10-21T00:00:00Z");
        assert_eq!(ask("BTC/EUR", "UTC", day, Interval::D1), expected);
    }
}

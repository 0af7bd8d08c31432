use jiff::civil::Date;
use jiff::{ToSpan, Unit};
use market::{Interval, Period, SourceError, Span};

/// How far back bars of one interval reach.
struct Window {
    interval: Interval,
    /// Calendar days from today within which a question must lie.
    reach: u32,
    /// Calendar days one question may span.
    width: u32,
    /// The longest period that is answered.
    longest: Period,
}

/// Yahoo's limits for fine bars, as its 422 answers state them. Coarser bars
/// reach back to the first trade.
const WINDOWS: [Window; 6] = [
    Window { interval: Interval::M1, reach: 30, width: 7, longest: Period::Days(7) },
    Window { interval: Interval::M2, reach: 60, width: 60, longest: Period::Days(60) },
    Window { interval: Interval::M5, reach: 60, width: 60, longest: Period::Days(60) },
    Window { interval: Interval::M15, reach: 60, width: 60, longest: Period::Days(60) },
    Window { interval: Interval::M30, reach: 60, width: 60, longest: Period::Days(60) },
    Window { interval: Interval::H1, reach: 730, width: 730, longest: Period::Years(2) },
];

fn window(interval: Interval) -> Option<&'static Window> {
    WINDOWS.iter().find(|window| window.interval == interval)
}

/// Refuses, before asking, what would be refused there, and says what works.
pub(crate) fn check(interval: Interval, span: Span, today: Date) -> Result<(), SourceError> {
    if let Some(finer) = interval.made_of() {
        return Err(SourceError::NotOffered(format!("{interval} bars; ask for {finer} ones")));
    }
    let Some(window) = window(interval) else { return Ok(()) };
    let (wide, back) = match span {
        Span::Period(period) => (days_back(period, today), 0),
        Span::Dates { from, to } => (Some(days_between(from, to) + 1), days_between(from, today)),
    };
    let too_wide =
        wide.is_none_or(|wide| wide > window.width) && span != Span::Period(window.longest);
    let days = match (too_wide, back > window.reach) {
        (_, true) => window.reach,
        (true, false) => window.width,
        (false, false) => return Ok(()),
    };
    Err(outside(interval, days))
}

/// The refusal itself; also used where Yahoo is the one to refuse.
pub(super) fn outside(interval: Interval, days: u32) -> SourceError {
    let hint = match window(interval) {
        Some(Window { longest, width, .. }) => {
            format!("ask for period={longest}, at most {width} days at once, or interval=1d")
        }
        None => "ask for a shorter period".to_owned(),
    };
    SourceError::OutsideWindow { interval, days, hint }
}

/// The reach of an interval in days, where it has one.
pub(super) fn reach(interval: Interval) -> Option<u32> {
    window(interval).map(|window| window.reach)
}

fn days_back(period: Period, today: Date) -> Option<u32> {
    match period {
        Period::Days(n) => Some(u32::from(n)),
        other => other.first_day(today).map(|first| days_between(first, today)),
    }
}

fn days_between(from: Date, to: Date) -> u32 {
    let days = from.until((Unit::Day, to)).unwrap_or_else(|_| 0.days()).get_days();
    u32::try_from(days).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn check_period(interval: Interval, period: &str) -> Result<(), SourceError> {
        let span = Span::Period(period.parse().unwrap());
        check(interval, span, date(2025, 10, 29))
    }

    #[test]
    fn fine_bars_reach_back_only_so_far() {
        for (interval, works, refused) in [
            (Interval::M1, "7d", "8d"),
            (Interval::M1, "1wk", "1mo"),
            (Interval::M5, "60d", "61d"),
            (Interval::M30, "1mo", "3mo"),
            (Interval::H1, "2y", "5y"),
            (Interval::H1, "ytd", "max"),
        ] {
            assert_eq!(check_period(interval, works), Ok(()), "{interval} {works}");
            assert!(check_period(interval, refused).is_err(), "{interval} {refused}");
        }
        assert_eq!(check_period(Interval::D1, "max"), Ok(()));
    }

    #[test]
    fn the_refusal_says_what_would_work() {
        let refusal = check_period(Interval::M1, "1mo").unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "1m bars reach back 7 days at most; \
             ask for period=7d, at most 7 days at once, or interval=1d"
        );
    }

    #[test]
    fn dates_must_lie_within_reach_and_width() {
        let today = date(2025, 10, 29);
        let ask = |from, to| check(Interval::M1, Span::dates(from, to).unwrap(), today);
        assert_eq!(ask(date(2025, 10, 1), date(2025, 10, 7)), Ok(()));
        assert!(ask(date(2025, 10, 1), date(2025, 10, 8)).is_err(), "eight days are too wide");
        assert!(matches!(
            ask(date(2025, 9, 1), date(2025, 9, 2)),
            Err(SourceError::OutsideWindow { days: 30, .. })
        ));
    }
}

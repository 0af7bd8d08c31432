use jiff::civil::Date;
use market::{Action, Period, Series, SourceError, Span};

/// The longest stretch of dates without a bar that a market has for a weekend
/// with holidays around it. What lies further off is of another time.
const LONGEST_GAP_DAYS: i32 = 12;

/// Cuts a series and its actions to what was asked, by trading date.
///
/// `today` is the date where the instrument trades.
///
/// # Errors
///
/// [`SourceError::Unreadable`] where nothing remains because the source
/// answered about another time: that must not look like a stretch in which
/// there was nothing.
pub(crate) fn to_span(
    series: &Series,
    actions: Vec<Action>,
    span: Span,
    today: Date,
) -> Result<(Series, Vec<Action>), SourceError> {
    let (part, first, last) = match span {
        Span::Period(Period::Days(n)) => {
            let part = series.latest_days(usize::from(n));
            let first = part.dates().first().copied();
            (part, first, Date::MAX)
        }
        Span::Period(period) => {
            let first = period.first_day(today);
            (series.between(first, Date::MAX), first, Date::MAX)
        }
        Span::Dates { from, to } => (series.between(Some(from), to), Some(from), to),
    };
    if part.is_empty()
        && let Some(nearest) = nearest(series, first, last)
    {
        return Err(SourceError::Unreadable(format!("it is about another time, around {nearest}")));
    }
    // A long bar at the beginning stands there whole, and so does what was paid in it.
    let first = first.map(|first| series.head.interval.first_date(first));
    let inside = |date: Date| first.is_none_or(|first| first <= date) && date <= last;
    Ok((part, actions.into_iter().filter(|action| inside(action.ex_date)).collect()))
}

/// Those among some dates that were asked for.
pub(crate) fn dates(dates: Vec<Date>, span: Span, today: Date) -> Vec<Date> {
    dates.into_iter().filter(|date| is_asked(*date, span, today)).collect()
}

/// Whether a date was asked for. `today` is the date where the instrument trades.
pub(crate) fn is_asked(date: Date, span: Span, today: Date) -> bool {
    let (first, last) = span.days(today);
    first.is_none_or(|first| first <= date) && date <= last
}

/// The date nearest to a stretch, where it is too far off for a gap.
fn nearest(series: &Series, first: Option<Date>, last: Date) -> Option<Date> {
    let days_off = |date: &Date| {
        let before = first.map_or(0, |first| days(*date, first));
        before.max(days(last, *date)).max(0)
    };
    let nearest = series.dates().iter().min_by_key(|date| days_off(date))?;
    (days_off(nearest) > LONGEST_GAP_DAYS).then_some(*nearest)
}

/// Days from one date to another, negative where it is earlier.
fn days(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use market::{Bar, Basis, Interval, Price, SeriesHead, Source};

    use super::*;

    fn series(dates: &[Date]) -> Series {
        let bar = |date: &Date| Bar {
            open_time: date.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp(),
            date: *date,
            open: None,
            high: None,
            low: None,
            close: Price::new(1.0).unwrap(),
            adj_close: None,
            volume: None,
            provisional: false,
        };
        let head = SeriesHead {
            symbol: "EUR/USD".parse().unwrap(),
            interval: Interval::D1,
            source: Source::new("ecb"),
            currency: None,
            basis: Basis::Unadjusted,
        };
        Series::new(head, dates.iter().map(bar).collect())
    }

    fn cut(dates: &[Date], span: Span) -> Result<usize, SourceError> {
        to_span(&series(dates), Vec::new(), span, date(2025, 10, 29)).map(|(part, _)| part.len())
    }

    #[test]
    fn an_answer_about_another_time_is_not_an_empty_stretch() {
        let month = Span::Period("1mo".parse().unwrap());
        assert!(cut(&[date(2018, 6, 11)], month).is_err());
        let past = Span::dates(date(2020, 1, 4), date(2020, 1, 5)).unwrap();
        assert!(cut(&[date(2025, 10, 28)], past).is_err());
    }

    #[test]
    fn what_was_paid_in_the_first_long_bar_stays_with_it() {
        let mut quarters = series(&[date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1)]);
        quarters.head.interval = Interval::Mo3;
        let paid = |month, day| Action {
            ex_date: date(2025, month, day),
            kind: market::ActionKind::Dividend(0.25.into()),
        };
        let paid = vec![paid(6, 30), paid(7, 3), paid(10, 6)];
        let span = Span::dates(date(2025, 9, 1), date(2025, 10, 29)).unwrap();
        let (bars, actions) = to_span(&quarters, paid.clone(), span, date(2025, 10, 29)).unwrap();
        assert_eq!((bars.len(), actions), (2, paid[1..].to_vec()));
    }

    #[test]
    fn a_weekend_is_an_empty_stretch() {
        let weekend = Span::dates(date(2020, 1, 4), date(2020, 1, 5)).unwrap();
        assert_eq!(cut(&[date(2020, 1, 3), date(2020, 1, 6)], weekend), Ok(0));
        assert_eq!(cut(&[], weekend), Ok(0));
    }
}

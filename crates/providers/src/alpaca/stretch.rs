use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use market::{HistoryQuery, Instrument, Interval, SourceError};

use super::parse::MOST_BARS;
use crate::united_states;

/// Its bars begin in this year.
const FIRST_DAY: Date = date(2016, 1, 4);

/// What all exchanges traded is told so much later on the free plan.
const DELAY: SignedDuration = SignedDuration::from_mins(16);

/// So many minutes of a day have bars at most: trading goes on before and after regular
/// hours, from four to twenty.
const MINUTES: i64 = 16 * 60;

/// The instants from which and to which bars are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
}

impl Stretch {
    /// Of a question.
    ///
    /// # Errors
    ///
    /// [`SourceError::NotOffered`] for what was before its bars, for what it does not tell
    /// yet, and for what is longer than one answer.
    pub(super) fn of(
        question: &HistoryQuery,
        instrument: &Instrument,
        now: Timestamp,
    ) -> Result<Self, SourceError> {
        let zone = united_states::zone();
        let today = now.to_zoned(zone.clone()).date();
        let (first, last) = question.span.days(today);
        let begun = instrument.first_trade.max(first).filter(|begun| *begun >= FIRST_DAY);
        let Some(begun) = begun else { return not(&format!("it has bars since {FIRST_DAY}")) };
        if days(begun, last.min(today)) > most_days(question.interval) {
            return Err(too_long(question.interval));
        }
        let midnight = |date: Date| zone.to_timestamp(date.at(0, 0, 0, 0)).ok();
        let ends = last.tomorrow().ok().and_then(midnight).unwrap_or(Timestamp::MAX);
        let first = midnight(begun).unwrap_or(Timestamp::MIN);
        let last = ends.min(told_by(now, question.interval)) - SignedDuration::from_secs(1);
        if first < last {
            Ok(Self { first, last })
        } else {
            not("it does not tell what was traded in the last quarter of an hour")
        }
    }
}

/// Up to when bars are told: of those within a day the ones that are over by then.
fn told_by(now: Timestamp, interval: Interval) -> Timestamp {
    let told = now - DELAY;
    if !interval.is_intraday() {
        return told;
    }
    let over = told.as_second() - told.as_second().rem_euclid(interval.seconds());
    Timestamp::from_second(over).unwrap_or(told)
}

/// More days than this may have more bars than one answer.
fn most_days(interval: Interval) -> i64 {
    let bars = i64::from(MOST_BARS);
    if interval.is_intraday() { bars * interval.seconds() / 60 / MINUTES * 7 / 5 } else { bars }
}

fn days(first: Date, last: Date) -> i64 {
    i64::from((last - first).get_days()) + 1
}

/// There is more than one answer has.
pub(super) fn too_long(interval: Interval) -> SourceError {
    SourceError::NotOffered(format!("an answer has {MOST_BARS} {interval} bars at most"))
}

fn not<T>(what: &str) -> Result<T, SourceError> {
    Err(SourceError::NotOffered(what.to_owned()))
}

#[cfg(test)]
mod tests {
    use market::{Catalog, Span};

    use super::*;

    /// A Wednesday, half past ten in New York.
    const NOW: &str = "2025-10-29T14:32:10Z";

    fn of(interval: Interval, span: Span) -> Result<(String, String), SourceError> {
        let instrument = Catalog::new().instrument(&"AAPL".parse().unwrap());
        let symbol = instrument.symbol.clone();
        let question = HistoryQuery { symbol, interval, span, source: None };
        let found = Stretch::of(&question, &instrument, NOW.parse().unwrap())?;
        Ok((found.first.to_string(), found.last.to_string()))
    }

    fn dates(from: Date, to: Date) -> Span {
        Span::dates(from, to).unwrap()
    }

    #[test]
    fn it_ends_a_quarter_of_an_hour_ago_and_with_whole_bars() {
        let today = dates(date(2025, 10, 29), date(2025, 10, 29));
        let midnight = "2025-10-29T04:00:00Z".to_owned();
        let check = |interval, last: &str| {
            assert_eq!(of(interval, today), Ok((midnight.clone(), last.to_owned())));
        };
        check(Interval::D1, "2025-10-29T14:16:09Z");
        check(Interval::M1, "2025-10-29T14:15:59Z");
        check(Interval::M5, "2025-10-29T14:14:59Z");
        check(Interval::M30, "2025-10-29T13:59:59Z");
    }

    #[test]
    fn days_are_those_of_new_york() {
        let past = dates(date(2025, 3, 7), date(2025, 3, 10));
        let found = of(Interval::D1, past).unwrap();
        assert_eq!(found, ("2025-03-07T05:00:00Z".into(), "2025-03-11T03:59:59Z".into()));
    }

    #[test]
    fn what_it_does_not_have_is_not_asked_for() {
        let reason = |interval, span| of(interval, span).unwrap_err().reason();
        let day = |day| dates(day, day);
        assert_eq!(reason(Interval::D1, Span::Period(market::Period::Max)), "not_offered");
        assert_eq!(reason(Interval::D1, day(date(2015, 12, 31))), "not_offered");
        assert_eq!(reason(Interval::D1, day(date(2025, 10, 30))), "not_offered");
        let since = |from| dates(from, date(2025, 10, 29));
        assert!(of(Interval::M1, since(date(2025, 10, 16))).is_ok());
        assert_eq!(reason(Interval::M1, since(date(2025, 10, 1))), "not_offered");
        assert!(of(Interval::D1, since(date(2016, 1, 4))).is_ok());
    }
}

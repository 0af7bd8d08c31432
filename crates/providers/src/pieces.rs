//! Histories of which one answer holds so many bars at most: they are asked for in pieces,
//! the newest first.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use market::{HistoryQuery, HistoryResult, Period, Series, SourceError, Span};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// So many requests make one history at most.
const MOST: i64 = 20;

/// The pieces of the answer to a question about what trades at all hours. Its days are those
/// of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pieces {
    first: Timestamp,
    /// The first instant that is not asked about.
    end: Timestamp,
    /// How long a piece is.
    each: SignedDuration,
}

impl Pieces {
    /// Of so many bars each. Before `beginning` there are none.
    ///
    /// # Errors
    ///
    /// [`SourceError::NotOffered`] where there would be too many.
    pub(crate) fn of(
        question: &HistoryQuery,
        (bars, beginning): (u16, Date),
        now: Timestamp,
    ) -> Result<Self, SourceError> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let (first, last) = match question.span {
            // Each day is one of trading.
            Span::Period(Period::Days(n)) => (Some(before(today, n)), today),
            span => span.days(today),
        };
        let first = first.map_or(beginning, |first| first.max(beginning));
        let end = last.tomorrow().map_or(Timestamp::MAX, midnight).min(now + SECOND);
        let bar = SignedDuration::from_secs(question.interval.seconds());
        let pieces = Self { first: midnight(first), end, each: bar * i32::from(bars) };
        if pieces.nth(MOST).is_some() {
            let (most, interval) = (MOST * i64::from(bars), question.interval);
            let why =
                format!("more than {most} {interval} bars are not; ask for a shorter stretch");
            return Err(SourceError::NotOffered(why));
        }
        Ok(pieces)
    }

    /// Those of the question that an answer is to, as they were when its first piece came.
    ///
    /// # Errors
    ///
    /// As for [`Pieces::of`].
    pub(crate) fn of_answer(
        answer: &HistoryResult,
        most: (u16, Date),
    ) -> Result<Self, SourceError> {
        Self::of(&answer.query, most, answer.received_at)
    }

    /// The first and the last second of the piece that is asked for after so many others.
    /// `None` where there is no further one.
    pub(crate) fn after(&self, requests: usize) -> Option<(Timestamp, Timestamp)> {
        self.nth(i64::try_from(requests).ok()?)
    }

    fn nth(&self, n: i64) -> Option<(Timestamp, Timestamp)> {
        let end = self.end.checked_sub(self.each * i32::try_from(n).ok()?).ok()?;
        let begins = end.checked_sub(self.each).unwrap_or(self.first).max(self.first);
        (self.first < end).then(|| (begins, end - SECOND))
    }

    /// Whether a further piece may have bars that an answer lacks which so many brought. None
    /// in the last one means that there are none before it.
    pub(crate) fn lacks_more(&self, answer: &HistoryResult, requests: usize) -> bool {
        let last = requests.checked_sub(1).and_then(|before| self.after(before));
        let oldest = answer.series.bars().next().map(|bar| bar.open_time);
        let had_bars = oldest.zip(last).is_some_and(|(oldest, (_, end))| oldest <= end);
        had_bars && self.after(requests).is_some()
    }
}

/// An answer with what a further piece brought.
pub(crate) fn joined(answer: HistoryResult, piece: HistoryResult) -> HistoryResult {
    let bars = piece.series.bars().chain(answer.series.bars()).collect();
    HistoryResult {
        series: Series::new(answer.series.head.clone(), bars),
        unpriced: [piece.unpriced, answer.unpriced].concat(),
        set_aside: [piece.set_aside, answer.set_aside].concat(),
        ..answer
    }
}

/// The first of so many days up to one.
fn before(today: Date, days: u16) -> Date {
    today.checked_sub((i32::from(days) - 1).days()).unwrap_or(Date::MIN)
}

fn midnight(date: Date) -> Timestamp {
    TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use market::Interval;

    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_761_739_200, 0);

    fn pieces(interval: Interval, span: Span) -> Result<Pieces, SourceError> {
        let symbol = "BTC/EUR".parse().unwrap();
        let question = HistoryQuery { symbol, interval, span, source: None };
        Pieces::of(&question, (300, date(2015, 1, 1)), NOW)
    }

    fn period(text: &str) -> Span {
        Span::Period(text.parse().unwrap())
    }

    fn told(pieces: Pieces) -> Vec<String> {
        let all = (0..).map_while(|n| pieces.after(n));
        all.map(|(first, last)| format!("{first} {last}")).collect()
    }

    #[test]
    fn the_newest_comes_first_and_none_overlaps_another() {
        assert_eq!(
            told(pieces(Interval::D1, period("1y")).unwrap()),
            [
                "2025-01-02T12:00:01Z 2025-10-29T12:00:00Z",
                "2024-10-29T00:00:00Z 2025-01-02T12:00:00Z",
            ]
        );
        let days = Span::dates(date(2024, 3, 1), date(2024, 3, 2)).unwrap();
        assert_eq!(
            told(pieces(Interval::H1, days).unwrap()),
            ["2024-03-01T00:00:00Z 2024-03-02T23:59:59Z"]
        );
    }

    #[test]
    fn nothing_is_asked_about_before_the_beginning_nor_about_the_future() {
        let all = told(pieces(Interval::D1, period("max")).unwrap());
        assert!(all.last().unwrap().starts_with("2015-01-01T00:00:00Z"), "{all:?}");
        let future = Span::dates(date(2025, 10, 30), date(2025, 11, 2)).unwrap();
        assert_eq!(told(pieces(Interval::D1, future).unwrap()), [""; 0]);
    }

    #[test]
    fn what_would_take_too_many_is_refused_with_what_is_there() {
        let refused = pieces(Interval::M1, period("1mo")).unwrap_err();
        let why = "not offered there: more than 6000 1m bars are not; ask for a shorter stretch";
        assert_eq!(refused.to_string(), why);
    }
}

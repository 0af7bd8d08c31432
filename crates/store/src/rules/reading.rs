use std::collections::HashSet;

use jiff::Timestamp;
use market::{Action, Bar, HistoryQuery, HistoryResult, Instrument, Series};

use crate::rules::bases::SeriesId;
use crate::rules::ledger::Ranked;
use crate::rules::moment::Moment;
use crate::rules::stretch::{Dates, OpenTimes};

/// What an answer is read from, and how it is put together.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    from: &'a Ranked<'a>,
    /// `None` where the answer has no bars.
    open_times: Option<OpenTimes>,
    /// `None` where it has no actions.
    actions: Option<Dates>,
    /// Bars of these dates only, where it is not about all.
    within: Option<Dates>,
}

impl<'a> Reading<'a> {
    /// The last answer to exactly the question, of those to it.
    pub(crate) fn exact(ranked: &'a [Ranked<'a>]) -> Option<Self> {
        let from = ranked.first()?;
        let (open_times, actions) = (from.entry.open_times, from.entry.dates);
        Some(Self { from, open_times, actions, within: None })
    }

    /// The part between these dates of the last answer received at or after
    /// `since` that was asked for all of them. What is of an old basis covers
    /// nothing.
    pub(crate) fn covering(
        ranked: &'a [Ranked<'a>],
        dates: Dates,
        since: Timestamp,
    ) -> Option<Self> {
        let mut in_force = ranked.iter().filter(|it| !it.superseded && it.entry.is_since(since));
        let from = in_force.find(|it| it.entry.covers(&dates))?;
        let own = from.entry.open_times;
        Some(Self {
            from,
            open_times: own.map(|own| own.common(dates.open_times())),
            actions: from.entry.dates.map(|own| own.common(dates)),
            within: Some(dates),
        })
    }

    /// Each series that may have bars between these dates, whatever question
    /// brought them. The first that has any answers.
    pub(crate) fn overlapping(
        ranked: &'a [Ranked<'a>],
        dates: Dates,
    ) -> impl Iterator<Item = Self> {
        let mut seen = HashSet::new();
        let first_of_series = ranked.iter().filter(move |it| seen.insert(it.series.id));
        first_of_series.map(move |from| Self {
            from,
            open_times: Some(dates.open_times()),
            actions: Some(dates),
            within: Some(dates),
        })
    }

    /// The series whose bars to read.
    pub(crate) fn series_id(&self) -> SeriesId {
        self.from.series.id
    }

    /// Between which open times, in the version in force.
    pub(crate) fn open_times(&self) -> Option<OpenTimes> {
        self.open_times
    }

    /// Between which ex-dates to read actions of the series' source.
    pub(crate) fn actions(&self) -> Option<Dates> {
        self.actions
    }

    /// The bars read, as a series.
    pub(crate) fn series(&self, bars: Vec<Bar>) -> Series {
        let series = Series::new(self.from.series.head.clone(), bars);
        match self.within {
            Some(dates) => series.between(dates.from(), dates.to()),
            None => series,
        }
    }

    /// The answer of what was read.
    pub(crate) fn answer(
        &self,
        question: &HistoryQuery,
        series: Series,
        actions: Vec<Action>,
        instrument: Instrument,
    ) -> HistoryResult {
        HistoryResult {
            question: question.clone(),
            series,
            actions,
            instrument,
            session: self.from.entry.session,
            received_at: self.from.entry.received_at,
            simulated: false,
            superseded: self.from.superseded,
            set_aside: Vec::new(),
        }
    }

    /// When the series' source last reported the bar with this open time, as far
    /// as the ledger knows: of the entries of one series the first is the latest.
    pub(crate) fn last_reported(
        &self,
        ranked: &[Ranked<'_>],
        open_time: Timestamp,
    ) -> Option<Timestamp> {
        let mut of_series = ranked.iter().filter(|it| it.series.id == self.series_id());
        let spans = of_series.find(|it| it.entry.spans(Moment::from(open_time)));
        spans.map(|it| it.entry.received_at)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::rules::bases::StoredSeries;
    use crate::rules::ledger::{Entry, ranked};
    use crate::rules::samples::{answer, bars, daily, stored};

    fn series() -> [StoredSeries; 3] {
        [stored(1, "yahoo", None), stored(2, "yahoo", Some(50)), stored(3, "ecb", None)]
    }

    /// An answer with bars on these days of October, in a series and received
    /// at a second.
    fn received(series: i64, span: &str, days: &[i8], second: i64) -> Entry {
        let mut answer = answer(span, bars(days));
        answer.received_at = Timestamp::from_second(second).unwrap();
        Entry::of(&answer, SeriesId(series))
    }

    fn october(from: i8, to: i8) -> Dates {
        Dates::new(Some(date(2025, 10, from)), date(2025, 10, to))
    }

    #[test]
    fn a_stretch_is_covered_by_one_whole_answer_in_force() {
        let stored = series();
        let dates = "2025-10-06..2025-10-24";
        let entries = vec![
            received(1, dates, &[6, 20], 10),
            received(2, "2025-10-06..2025-10-10", &[6, 7], 60),
            received(3, dates, &[6, 20], 55),
        ];
        let ranked = ranked(&daily("1y"), entries, &stored);
        let covering = |dates, since| {
            let since = Timestamp::from_second(since).unwrap();
            Reading::covering(&ranked, dates, since).map(|it| it.series_id().0)
        };
        assert_eq!(covering(october(6, 10), 0), Some(2), "the last");
        assert_eq!(covering(october(6, 11), 0), Some(3), "the first is of an old basis");
        assert_eq!(covering(october(6, 25), 0), None);
        assert_eq!(covering(october(6, 11), 56), None);
    }

    #[test]
    fn bars_are_read_within_the_answers_own_stretch() {
        let stored = series();
        let entries = vec![received(3, "2025-10-06..2025-10-24", &[7, 20], 10)];
        let own = entries[0].open_times;
        let ranked = ranked(&daily("1y"), entries, &stored);
        assert_eq!(Reading::exact(&ranked).unwrap().open_times(), own);
        let part = Reading::covering(&ranked, october(6, 9), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(part.open_times(), own.map(|it| it.common(october(6, 9).open_times())));
        assert_eq!(part.actions(), Some(october(7, 9)));
        assert_eq!(part.series(bars(&[7, 10])).dates(), [date(2025, 10, 7)]);
    }

    #[test]
    fn each_series_is_tried_once_and_the_old_basis_last() {
        let stored = series();
        let entries = vec![
            received(1, "max", &[6], 10),
            received(2, "5d", &[20, 24], 60),
            received(2, "1d", &[24], 70),
            received(3, "1mo", &[], 65),
        ];
        let ranked = ranked(&daily("1y"), entries, &stored);
        let tried: Vec<_> = Reading::overlapping(&ranked, october(1, 31)).collect();
        assert_eq!(tried.iter().map(|it| it.series_id().0).collect::<Vec<_>>(), [2, 3, 1]);

        let reported = |day| tried[0].last_reported(&ranked, bars(&[day])[0].open_time);
        assert_eq!(
            [24, 20].map(|day| reported(day).map(Timestamp::as_second)),
            [Some(70), Some(60)]
        );
        assert_eq!(reported(6), None, "the ledger has forgotten who did");
    }
}

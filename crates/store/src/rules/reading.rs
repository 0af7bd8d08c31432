use std::collections::HashSet;

use jiff::Timestamp;
use market::{Action, Asking, Bar, HistoryQuery, HistoryResult, Instrument, Kept, Series, Slot};

use crate::rules::bases::SeriesId;
use crate::rules::ledger::Ranked;
use crate::rules::revision::Revision;
use crate::rules::stretch::{Dates, Slots};

/// What an answer is read from, and how it is put together.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    from: &'a Ranked<'a>,
    /// `None` where the answer has no bars.
    slots: Option<Slots>,
    /// `None` where it has no actions.
    actions: Option<Dates>,
    /// Bars of these dates only, where it is not about all.
    within: Option<Dates>,
    /// It is of bars that other questions brought.
    is_part: bool,
}

impl<'a> Reading<'a> {
    /// The last answer to exactly the question, of those to it.
    pub(crate) fn exact(ranked: &'a [Ranked<'a>]) -> Option<Self> {
        let from = ranked.first()?;
        let (slots, actions) = (from.entry.slots, from.entry.dates);
        Some(Self { from, slots, actions, within: None, is_part: false })
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
        let interval = from.series.head.interval;
        Some(Self {
            from,
            slots: from.entry.slots.map(|own| own.common(dates.slots(interval))),
            actions: from.entry.dates.map(|own| own.common(dates.with_whole_bars(interval))),
            within: Some(dates),
            is_part: false,
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
        first_of_series.map(move |from| {
            let interval = from.series.head.interval;
            Self {
                from,
                slots: Some(dates.slots(interval)),
                actions: Some(dates.with_whole_bars(interval)),
                within: Some(dates),
                is_part: true,
            }
        })
    }

    /// The series whose bars to read.
    pub(crate) fn series_id(&self) -> SeriesId {
        self.from.series.id
    }

    /// Between which slots, in the version in force.
    pub(crate) fn slots(&self) -> Option<Slots> {
        self.slots
    }

    /// The slots that were asked for before the first bar of the answer. Bars that are
    /// in force there were told by another answer, and this one lacks them. Shorter ones
    /// than a day are not looked for.
    pub(crate) fn slots_before(&self) -> Option<Slots> {
        let interval = self.from.series.head.interval;
        let asked = self.within.or(self.from.entry.asked).filter(|_| !interval.is_intraday())?;
        let (first, own) = (asked.slots(interval).first, self.slots?.first);
        let last = Slot::from_number(own.number().saturating_sub(1));
        (first <= last).then_some(Slots { first, last })
    }

    /// Between which ex-dates to read actions of the series' source.
    pub(crate) fn actions(&self) -> Option<Dates> {
        self.actions
    }

    /// When the answer that is read was received.
    pub(crate) fn received_at(&self) -> Timestamp {
        self.from.entry.received_at
    }

    /// The bars read, as a series.
    pub(crate) fn series(&self, bars: Vec<Bar>) -> Series {
        let series = Series::new(self.from.series.head.clone(), bars);
        match self.within {
            Some(dates) => series.between(dates.from(), dates.to()),
            None => series,
        }
    }

    /// The answer of what was read, the newest of it since a revision.
    pub(crate) fn answer(
        &self,
        question: &HistoryQuery,
        series: Series,
        actions: Vec<Action>,
        instrument: Instrument,
        newest: Revision,
        (askings, withdrawn): (Vec<Asking>, Vec<Slot>),
    ) -> HistoryResult {
        let newest = newest.max(self.from.entry.since).max(self.from.series.since);
        HistoryResult {
            query: question.clone(),
            series,
            actions,
            instrument,
            session: self.from.entry.session,
            received_at: self.received_at(),
            simulated: false,
            superseded: self.from.superseded,
            kept: Kept::of(newest.number(), self.is_part, askings)
                .since(self.from.entry.first_received_at)
                .without(withdrawn)
                .but_for(self.from.entry.thin.map(Dates::outer)),
            unpriced: Vec::new(),
            disputed: Vec::new(),
            repaired: Vec::new(),
            set_aside: Vec::new(),
        }
    }

    /// When the series' source last reported the bar of this slot, as far as the
    /// ledger knows: of the entries of one series the first is the latest.
    pub(crate) fn last_reported(&self, ranked: &[Ranked<'_>], slot: Slot) -> Option<Timestamp> {
        let mut of_series = ranked.iter().filter(|it| it.series.id == self.series_id());
        let spans = of_series.find(|it| it.entry.spans(slot));
        spans.map(|it| it.entry.received_at)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use market::Interval;

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
        Entry::of(&answer, SeriesId(series), Revision::NONE)
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
        let ranked = ranked(&daily("1y"), entries, &stored, Revision::MAX);
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
        let own = entries[0].slots;
        let ranked = ranked(&daily("1y"), entries, &stored, Revision::MAX);
        assert_eq!(Reading::exact(&ranked).unwrap().slots(), own);
        let part = Reading::covering(&ranked, october(6, 9), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(part.slots(), own.map(|it| it.common(october(6, 9).slots(Interval::D1))));
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
        let ranked = ranked(&daily("1y"), entries, &stored, Revision::MAX);
        let tried: Vec<_> = Reading::overlapping(&ranked, october(1, 31)).collect();
        assert_eq!(tried.iter().map(|it| it.series_id().0).collect::<Vec<_>>(), [2, 3, 1]);

        let slot = |day| Slot::of(Interval::D1, &bars(&[day])[0]);
        let reported = |day| tried[0].last_reported(&ranked, slot(day));
        assert_eq!(
            [24, 20].map(|day| reported(day).map(Timestamp::as_second)),
            [Some(70), Some(60)]
        );
        assert_eq!(reported(6), None, "the ledger has forgotten who did");
    }
}

use std::cmp::Reverse;

use jiff::Timestamp;
use market::{Action, Bar, HistoryQuery, HistoryResult, Instrument, Series, SeriesHead};

use crate::rules::bases::{SeriesId, StoredSeries};
use crate::rules::moment::Moment;
use crate::rules::stretch::Dates;
use crate::rules::versions::Version;

/// A source's series, and when its newest bar of some instant became known.
///
/// A bar is known when it has begun: the newest bar of an instant is the last
/// one that had opened and was known by then.
#[derive(Clone, Debug)]
pub(crate) struct KnownSeries {
    pub(crate) stored: StoredSeries,
    pub(crate) newest_known_at: Option<Moment>,
}

/// A series that a source had reported by some instant.
#[derive(Debug, PartialEq)]
pub(crate) struct Past {
    id: SeriesId,
    head: SeriesHead,
    /// Another basis had taken the place of its own by then.
    superseded: bool,
}

/// The series of a source that were known at an instant, those superseded by
/// then last. Of several that differ in currency or kind of adjustment the one
/// comes first whose newest bar became known last; the ledger cannot decide, as
/// it knows only the present.
pub(crate) fn known_at(series: &[KnownSeries], at: Moment) -> Vec<Past> {
    let stored = || series.iter().map(|it| &it.stored);
    let mut known: Vec<_> = series
        .iter()
        .filter(|it| it.stored.began_by(at))
        .map(|it| (it.stored.is_superseded(stored(), at), it))
        .collect();
    known.sort_by_key(|(superseded, it)| {
        let StoredSeries { id, rebased_at, .. } = &it.stored;
        (*superseded, Reverse((it.newest_known_at, *rebased_at, *id)))
    });
    let past = known.into_iter().map(|(superseded, it)| {
        let StoredSeries { id, head, .. } = it.stored.clone();
        Past { id, head, superseded }
    });
    past.collect()
}

impl Past {
    /// The series whose bars to read, each in the version in force then.
    pub(crate) fn series_id(&self) -> SeriesId {
        self.id
    }

    /// The answer of what was known: `bars` of any dates, and `actions` between
    /// these. It was received when the newest of their versions became known.
    /// `None` where no bar was known between the dates.
    pub(crate) fn answer(
        self,
        question: &HistoryQuery,
        bars: Vec<Version<Bar>>,
        actions: Vec<Version<Action>>,
        instrument: Instrument,
    ) -> Option<HistoryResult> {
        let bars_known_at = bars.iter().map(|it| it.known_at).max()?;
        let newest = actions.iter().map(|it| it.known_at).fold(bars_known_at, Moment::max);
        Some(HistoryResult {
            question: question.clone(),
            instrument,
            series: Series::new(self.head, bars.into_iter().map(|it| it.value).collect()),
            session: None,
            received_at: Timestamp::from(newest),
            actions: actions.into_iter().map(|it| it.value).collect(),
            simulated: false,
            superseded: self.superseded,
            set_aside: Vec::new(),
        })
    }
}

/// Those of these trading dates.
pub(crate) fn of_dates(mut bars: Vec<Version<Bar>>, dates: Dates) -> Vec<Version<Bar>> {
    bars.retain(|it| dates.contains(it.value.date));
    bars
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use market::ActionKind;

    use super::*;
    use crate::rules::samples::{bars, daily, instrument, stored};

    fn known(id: i64, rebased_at: Option<i64>, newest_known_at: Option<i64>) -> KnownSeries {
        let newest_known_at = newest_known_at.map(Moment::from_ms);
        KnownSeries { stored: stored(id, "yahoo", rebased_at), newest_known_at }
    }

    fn order(series: &[KnownSeries], at: i64) -> Vec<(i64, bool)> {
        let past = known_at(series, Moment::from_ms(at));
        past.iter().map(|it| (it.id.0, it.superseded)).collect()
    }

    #[test]
    fn the_basis_in_force_then_comes_first_and_later_ones_were_not_known() {
        let series =
            [known(1, None, Some(5)), known(2, Some(20), None), known(3, Some(30), Some(31))];
        assert_eq!(order(&series, 19), [(1, false)]);
        assert_eq!(order(&series, 20), [(2, false), (1, true)]);
        assert_eq!(order(&series, 30), [(3, false), (1, true), (2, true)]);
    }

    #[test]
    fn of_two_currencies_the_one_reported_last_comes_first() {
        let mut pence = known(1, None, Some(90));
        pence.stored.head.currency = None;
        let series = [pence, known(2, None, Some(60)), known(3, Some(5), None)];
        assert_eq!(order(&series, 99), [(1, false), (3, false), (2, true)]);
    }

    fn version<T>(ms: i64, value: T) -> Version<T> {
        Version { known_at: Moment::from_ms(ms), value }
    }

    fn past() -> Past {
        known_at(&[known(1, None, Some(5))], Moment::MAX).remove(0)
    }

    #[test]
    fn it_was_received_when_the_newest_version_became_known() {
        let of = |bars, actions| past().answer(&daily("1y"), bars, actions, instrument());
        let received_at = |bars, actions| of(bars, actions).map(|it| Moment::from(it.received_at));
        let bar = |ms, day| version(ms, bars(&[day])[0]);
        let action = || Action { ex_date: date(2025, 10, 8), kind: ActionKind::Dividend(0.26) };
        let two = || vec![bar(30, 6), bar(20, 7)];
        assert_eq!(received_at(two(), vec![]), Some(Moment::from_ms(30)));
        assert_eq!(received_at(two(), vec![version(40, action())]), Some(Moment::from_ms(40)));
        assert_eq!(received_at(vec![], vec![version(40, action())]), None, "without bars nothing");
    }

    #[test]
    fn bars_of_other_dates_have_no_say() {
        let read = vec![version(10, bars(&[6])[0]), version(99, bars(&[9])[0])];
        let dates = Dates::new(None, date(2025, 10, 8));
        assert_eq!(of_dates(read.clone(), dates), read[..1]);
    }
}

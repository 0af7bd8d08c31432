use market::SeriesHead;

use crate::rules::moment::Moment;
use crate::rules::revision::Revision;

/// Which series, among all that a store has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SeriesId(pub(crate) i64);

/// A series as it is stored: what is true of its bars, on one basis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredSeries {
    pub(crate) id: SeriesId,
    pub(crate) head: SeriesHead,
    /// When the answer was received that revealed this basis; `None` for the first
    /// basis known.
    pub(crate) rebased_at: Option<Moment>,
    /// From which revision on it is in force.
    pub(crate) since: Revision,
}

impl StoredSeries {
    /// Whether another basis had taken the place of this one by a revision.
    pub(crate) fn is_superseded<'a>(
        &self,
        others: impl IntoIterator<Item = &'a Self>,
        by: Revision,
    ) -> bool {
        let mut others = others.into_iter();
        others.any(|other| other.head == self.head && other.since <= by && other.since > self.since)
    }
}

/// The series with this head that an answer received at an instant belongs to: the
/// newest, unless the answer was overtaken by the one that revealed it. Nothing is by what
/// was known before a clock was set back, which is before the revision given.
pub(crate) fn in_force(
    stored: &[StoredSeries],
    head: &SeriesHead,
    (received_at, of_this_clock): (Moment, Revision),
) -> Option<SeriesId> {
    let overtaken = |it: &&StoredSeries| {
        it.since >= of_this_clock
            && it.rebased_at.is_some_and(|rebased_at| received_at.is_overtaken_by(rebased_at))
    };
    let of_head = stored.iter().filter(|it| it.head == *head);
    of_head.filter(|it| !overtaken(it)).max_by_key(|it| it.since).map(|it| it.id)
}

#[cfg(test)]
mod tests {
    use market::Basis;

    use super::*;
    use crate::rules::samples::stored;

    fn series() -> [StoredSeries; 4] {
        [
            stored(1, "yahoo", None),
            stored(2, "yahoo", Some(20_000)),
            stored(3, "yahoo", Some(30_000)),
            stored(4, "ecb", Some(40_000)),
        ]
    }

    fn in_force_at(stored: &[StoredSeries], at: i64) -> Option<i64> {
        in_force(stored, &stored[0].head, (Moment::from_ms(at), Revision::NONE)).map(|id| id.0)
    }

    #[test]
    fn an_answer_belongs_to_the_newest_basis_unless_it_was_overtaken() {
        let found =
            [0, 19_999, 20_000, 29_999, 30_000, 50_000].map(|at| in_force_at(&series(), at));
        assert_eq!(found, [1, 1, 2, 2, 3, 3].map(Some));
    }

    #[test]
    fn after_the_clock_was_set_back_answers_belong_to_the_newest_basis() {
        assert_eq!(in_force_at(&series(), -3_600_000), Some(3));
        let a_little_earlier = (Moment::from_ms(29_999), Revision(4));
        let found = in_force(&series(), &series()[0].head, a_little_earlier);
        assert_eq!(found, Some(SeriesId(3)), "by a clock that was set back in between");
    }

    #[test]
    fn another_currency_or_adjustment_is_another_series_and_supersedes_nothing() {
        let one = stored(1, "yahoo", None);
        let mut pence = stored(2, "yahoo", Some(20));
        pence.head.currency = None;
        let mut traded = stored(3, "yahoo", Some(20));
        traded.head.basis = Basis::Unadjusted;
        assert!(!one.is_superseded(&[pence, traded], Revision::MAX));
    }

    #[test]
    fn only_the_newest_basis_of_a_revision_is_not_superseded() {
        let series = series();
        for (by, left) in [(1, 1), (2, 2), (3, 3), (9, 3)] {
            let known = series[..3].iter().filter(|it| it.since <= Revision(by));
            let newest = known.filter(|it| !it.is_superseded(&series, Revision(by)));
            assert_eq!(newest.map(|it| it.id.0).collect::<Vec<_>>(), [left]);
        }
    }
}

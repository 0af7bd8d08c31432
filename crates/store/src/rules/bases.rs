use market::SeriesHead;

use crate::rules::moment::Moment;

/// Which series, among all that a store has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SeriesId(pub(crate) i64);

/// A series as it is stored: what is true of its bars, on one basis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredSeries {
    pub(crate) id: SeriesId,
    pub(crate) head: SeriesHead,
    /// From when on bars are reported on this basis; `None` for the first basis
    /// known.
    pub(crate) rebased_at: Option<Moment>,
}

impl StoredSeries {
    /// Whether another basis took the place of this one by an instant.
    pub(crate) fn is_superseded<'a>(
        &self,
        others: impl IntoIterator<Item = &'a Self>,
        at: Moment,
    ) -> bool {
        let mut others = others.into_iter();
        others.any(|other| {
            other.head == self.head && other.began_by(at) && other.rebased_at > self.rebased_at
        })
    }

    /// Whether bars were reported on this basis by an instant.
    pub(crate) fn began_by(&self, at: Moment) -> bool {
        self.rebased_at.is_none_or(|rebased_at| rebased_at <= at)
    }
}

/// The series with this head whose basis was in force at an instant. An answer
/// received then belongs to it, whenever it is handed over.
pub(crate) fn in_force(stored: &[StoredSeries], head: &SeriesHead, at: Moment) -> Option<SeriesId> {
    let began = stored.iter().filter(|it| it.head == *head && it.began_by(at));
    began.max_by_key(|it| it.rebased_at).map(|it| it.id)
}

/// The series with this head whose basis began at just this instant.
pub(crate) fn begun_at(stored: &[StoredSeries], head: &SeriesHead, at: Moment) -> Option<SeriesId> {
    stored.iter().find(|it| it.head == *head && it.rebased_at == Some(at)).map(|it| it.id)
}

#[cfg(test)]
mod tests {
    use market::{Basis, Interval, Source};
    use proptest::prelude::*;

    use super::*;

    fn head(source: &str) -> SeriesHead {
        SeriesHead {
            symbol: "AAPL".parse().unwrap(),
            interval: Interval::D1,
            source: Source::new(source),
            currency: "USD".parse().ok(),
            basis: Basis::Splits,
        }
    }

    fn series(id: i64, source: &str, rebased_at: Option<i64>) -> StoredSeries {
        let rebased_at = rebased_at.map(Moment::from_ms);
        StoredSeries { id: SeriesId(id), head: head(source), rebased_at }
    }

    fn in_force_at(stored: &[StoredSeries], at: i64) -> Option<i64> {
        in_force(stored, &head("yahoo"), Moment::from_ms(at)).map(|id| id.0)
    }

    #[test]
    fn each_basis_is_in_force_from_its_beginning_to_that_of_the_next() {
        let stored = [
            series(1, "yahoo", None),
            series(2, "yahoo", Some(20)),
            series(3, "yahoo", Some(30)),
            series(4, "ecb", Some(40)),
        ];
        let found = [0, 19, 20, 29, 30, 50].map(|at| in_force_at(&stored, at));
        assert_eq!(found, [1, 1, 2, 2, 3, 3].map(Some));
        assert_eq!(in_force_at(&stored[1..], 19), None, "no basis was known so early");
        assert_eq!(begun_at(&stored, &head("yahoo"), Moment::from_ms(20)), Some(SeriesId(2)));
        assert_eq!(begun_at(&stored, &head("yahoo"), Moment::from_ms(40)), None);
    }

    #[test]
    fn another_currency_or_adjustment_is_another_series_and_supersedes_nothing() {
        let one = series(1, "yahoo", None);
        let mut pence = series(2, "yahoo", Some(20));
        pence.head.currency = None;
        let mut traded = series(3, "yahoo", Some(20));
        traded.head.basis = Basis::Unadjusted;
        assert!(!one.is_superseded(&[pence, traded], Moment::MAX));
    }

    proptest! {
        #[test]
        fn what_is_in_force_is_the_only_one_not_superseded(
            begins in proptest::collection::btree_set(1_i64..50, 0..6), at in 0_i64..60
        ) {
            let first = series(0, "yahoo", None);
            let later = begins.iter().map(|&at| series(at, "yahoo", Some(at)));
            let stored: Vec<_> = std::iter::once(first).chain(later).collect();
            let at = Moment::from_ms(at);
            let left: Vec<_> = stored
                .iter()
                .filter(|it| it.began_by(at) && !it.is_superseded(&stored, at))
                .map(|it| it.id)
                .collect();
            prop_assert_eq!(left, Vec::from_iter(in_force(&stored, &head("yahoo"), at)));
        }
    }
}

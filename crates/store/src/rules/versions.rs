use crate::rules::moment::Moment;

/// Something as it was reported, and since when it was known so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Version<T> {
    pub(crate) known_at: Moment,
    pub(crate) value: T,
}

/// What is stored in versions.
pub(crate) trait Versioned {
    /// Whether this stored version says what was reported, which then is no
    /// other version.
    fn says(&self, reported: &Self) -> bool;
}

/// The versions of one thing as they stand to an instant: the one in force then,
/// which of those known by then is the latest, and those that became known later.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known<T> {
    in_force: Option<Version<T>>,
    later: Vec<Version<T>>,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { in_force: None, later: Vec::new() }
    }
}

impl<T> Known<T> {
    /// As seen from `at`, of versions that are given from the latest back.
    pub(crate) fn at(at: Moment, versions: impl IntoIterator<Item = Version<T>>) -> Self {
        let mut known = Self::default();
        for version in versions {
            if version.known_at > at {
                known.later.push(version);
            } else {
                known.in_force.get_or_insert(version);
            }
        }
        known
    }

    /// The version in force, if there was one.
    pub(crate) fn in_force(&self) -> Option<&Version<T>> {
        self.in_force.as_ref()
    }

    /// The same, for who needs nothing else.
    pub(crate) fn into_in_force(self) -> Option<Version<T>> {
        self.in_force
    }

    /// Takes in the version in force, unless it is there.
    pub(crate) fn put_in_force(&mut self, version: Version<T>) {
        self.in_force.get_or_insert(version);
    }

    /// Takes in one that became known later.
    pub(crate) fn put_later(&mut self, version: Version<T>) {
        self.later.push(version);
    }

    /// Whether no other version became known later.
    pub(crate) fn is_the_latest(&self) -> bool {
        self.later.is_empty()
    }
}

impl<T: Versioned> Known<T> {
    /// Since when a report received at the instant of this view is a version of
    /// its own; `None` where it is none.
    ///
    /// It is compared with the version in force when it was received, rather
    /// than with the latest: so a report that arrives late finds its place. Two
    /// reports received within one millisecond may differ. The second is then
    /// known since the next free one.
    pub(crate) fn place(&self, reported: &T, received_at: Moment) -> Option<Moment> {
        if self.in_force.as_ref().is_some_and(|version| version.value.says(reported)) {
            return None;
        }
        let mut free = received_at;
        while let Some(version) = self.known_since(free) {
            if version.value.says(reported) {
                return None;
            }
            free = free.next();
        }
        Some(free)
    }

    fn known_since(&self, instant: Moment) -> Option<&Version<T>> {
        self.in_force.iter().chain(&self.later).find(|version| version.known_at == instant)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    impl Versioned for u8 {
        fn says(&self, reported: &Self) -> bool {
            self == reported
        }
    }

    /// All versions of one thing, as a store has them.
    #[derive(Default)]
    struct Shelf(BTreeMap<Moment, u8>);

    impl Shelf {
        fn seen_at(&self, at: Moment) -> Known<u8> {
            let newest_first = self.0.iter().rev();
            Known::at(at, newest_first.map(|(&known_at, &value)| Version { known_at, value }))
        }

        fn add(&mut self, value: u8, received_at: i64) -> bool {
            let received_at = Moment::from_ms(received_at);
            let place = self.seen_at(received_at).place(&value, received_at);
            place.is_some_and(|known_at| {
                assert_eq!(self.0.insert(known_at, value), None, "a version was overwritten");
                true
            })
        }

        fn in_force(&self, at: i64) -> Option<u8> {
            self.seen_at(Moment::from_ms(at)).into_in_force().map(|version| version.value)
        }
    }

    #[test]
    fn what_is_repeated_is_no_version_and_what_differs_is_one() {
        let mut shelf = Shelf::default();
        assert!(shelf.add(1, 10));
        assert!(!shelf.add(1, 20));
        assert!(shelf.add(2, 30));
        assert!(shelf.add(1, 40), "a value that comes back is a version again");
        assert_eq!(
            [9, 10, 29, 30, 40].map(|at| shelf.in_force(at)),
            [None, Some(1), Some(1), Some(2), Some(1)]
        );
    }

    #[test]
    fn a_late_report_finds_its_place_and_leaves_the_latest_in_force() {
        let mut shelf = Shelf::default();
        shelf.add(1, 10);
        shelf.add(3, 30);
        assert!(shelf.add(2, 20));
        assert_eq!((shelf.in_force(20), shelf.in_force(30)), (Some(2), Some(3)));
    }

    #[test]
    fn two_reports_of_one_millisecond_are_both_versions_once() {
        let mut shelf = Shelf::default();
        shelf.add(1, 10);
        shelf.add(3, 11);
        assert!(shelf.add(2, 10), "known since 12");
        assert!(!shelf.add(2, 10));
        assert_eq!([10, 11, 12].map(|at| shelf.in_force(at)), [Some(1), Some(3), Some(2)]);
    }

    proptest! {
        #[test]
        fn received_in_order_the_version_in_force_is_the_last_report(
            reports in proptest::collection::vec((0_u8..4, 1_i64..5), 1..30)
        ) {
            let (mut shelf, mut now, mut said) = (Shelf::default(), 0, Vec::new());
            for (value, pause) in reports {
                now += pause;
                shelf.add(value, now);
                said.push((now, value));
            }
            for (at, value) in said {
                prop_assert_eq!(shelf.in_force(at), Some(value));
            }
        }

        #[test]
        fn the_same_report_again_adds_nothing(
            reports in proptest::collection::vec((0_u8..4, 0_i64..9), 1..20)
        ) {
            let mut shelf = Shelf::default();
            for (value, at) in reports {
                shelf.add(value, at);
                prop_assert!(!shelf.add(value, at));
            }
        }
    }
}

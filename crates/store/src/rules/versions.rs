use std::collections::BTreeMap;

use jiff::civil::Date;
use market::{Bar, Source, Why};

use crate::rules::actions::{Day, Terms};
use crate::rules::revision::{Revision, Version};

/// What was in force of a bar before it became what it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Before<'a> {
    /// Nothing was known of it.
    Nothing,
    /// It was known on another basis alone.
    OtherBasis,
    /// It was withdrawn.
    Ended,
    /// A bar.
    Bar(&'a Bar),
}

/// Why a bar is as it is now; there is none where it is withdrawn.
pub(crate) fn why_bar(source: &Source, before: Before<'_>, now: Option<&Bar>) -> Why {
    let Some(now) = now else { return Why::Withdrawn };
    match before {
        Before::Nothing => why_first(source),
        Before::OtherBasis => Why::Rebased,
        Before::Bar(before) if before.provisional => Why::Continued,
        Before::Bar(before) if is_restamped(before, now) => Why::Restamped,
        Before::Bar(_) | Before::Ended => Why::Corrected,
    }
}

fn why_first(source: &Source) -> Why {
    if source.as_str() == Source::IMPORT { Why::Imported } else { Why::First }
}

fn is_restamped(before: &Bar, now: &Bar) -> bool {
    before.says_the_same(&Bar { open_time: before.open_time, ..*now })
}

/// What happened on a day before one answer, and what happens on it since.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) day: Day,
    pub(crate) before: Option<Terms>,
    pub(crate) now: Option<Terms>,
    /// Something was known of the day at any time before.
    pub(crate) was_known: bool,
}

/// Why each of the days that one answer changes is as it is now. What ends on one
/// day and begins with the same terms on another has moved.
pub(crate) fn why_actions(source: &Source, turns: &[Turn]) -> Vec<Why> {
    let is_end = |turn: &Turn| turn.now.is_none();
    let is_beginning = |turn: &Turn| turn.before.is_none() && turn.now.is_some();
    let moved = |end: &Turn, beginning: &Turn| {
        is_end(end)
            && is_beginning(beginning)
            && end.day.1 == beginning.day.1
            && end.before == beginning.now
    };
    let why = |turn: &Turn| match turn.now {
        _ if turns.iter().any(|other| moved(turn, other) || moved(other, turn)) => Why::Moved,
        None => Why::Withdrawn,
        Some(_) if turn.was_known => Why::Corrected,
        Some(_) => why_first(source),
    };
    turns.iter().map(why).collect()
}

/// Versions of one thing, oldest first, each with the revision that ended it: of the
/// next version, or that from which all of them hold no more. Those after it
/// were never in force.
pub(crate) fn lasting<T>(
    versions: Vec<Version<T>>,
    ended: Option<Revision>,
) -> Vec<(Version<T>, Option<Revision>)> {
    let in_force = |it: &Version<T>| ended.is_none_or(|ended| it.since < ended);
    let versions: Vec<_> = versions.into_iter().filter(in_force).collect();
    let next = versions.iter().skip(1).map(|next| Some(next.since)).chain([ended]);
    let until: Vec<_> = next.take(versions.len()).collect();
    versions.into_iter().zip(until).collect()
}

/// The first and the last date of each reason for which something known before
/// holds no more.
pub(crate) fn by_why(dates: impl IntoIterator<Item = (Date, Why)>) -> Vec<(Why, Date, Date)> {
    let mut found: BTreeMap<Why, (Date, Date)> = BTreeMap::new();
    for (date, why) in dates.into_iter().filter(|(_, why)| why.is_change()) {
        let (first, last) = found.entry(why).or_insert((date, date));
        (*first, *last) = (date.min(*first), date.max(*last));
    }
    found.into_iter().map(|(why, (first, last))| (why, first, last)).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use market::{ActionKind, Price};
    use proptest::prelude::*;

    use super::*;
    use crate::rules::samples::bars;

    fn yahoo() -> Source {
        Source::new("yahoo")
    }

    #[test]
    fn a_bar_says_why_it_is_as_it_is() {
        let bar = bars(&[27])[0];
        let dearer = Bar { close: Price::new(28.0).unwrap(), ..bar };
        let restamped = Bar { open_time: "2025-10-27T13:30:07Z".parse().unwrap(), ..bar };
        let running = Bar { provisional: true, ..bar };
        let why = |before, now| why_bar(&yahoo(), before, now);
        assert_eq!(why(Before::Nothing, Some(&bar)), Why::First);
        assert_eq!(why(Before::OtherBasis, Some(&bar)), Why::Rebased);
        assert_eq!(why(Before::Ended, Some(&bar)), Why::Corrected, "it is back");
        assert_eq!(why(Before::Bar(&running), Some(&bar)), Why::Continued);
        assert_eq!(why(Before::Bar(&bar), Some(&restamped)), Why::Restamped);
        assert_eq!(why(Before::Bar(&bar), Some(&dearer)), Why::Corrected);
        assert_eq!(why(Before::Bar(&running), None), Why::Withdrawn);
        let import = Source::new(Source::IMPORT);
        assert_eq!(why_bar(&import, Before::Nothing, Some(&bar)), Why::Imported);
        assert_eq!(why_bar(&import, Before::Bar(&bar), Some(&dearer)), Why::Corrected);
    }

    fn turn(day: i8, before: Option<f64>, now: Option<f64>) -> Turn {
        let terms = |amount: f64| Terms(vec![ActionKind::Dividend(amount.into())]);
        let day = (date(2025, 10, day), "dividend");
        let was_known = before.is_some();
        Turn { day, before: before.map(terms), now: now.map(terms), was_known }
    }

    #[test]
    fn what_ends_and_begins_with_the_same_terms_has_moved() {
        let why = |turns: &[Turn]| why_actions(&yahoo(), turns);
        let (ends, begins) = (turn(20, Some(1.0), None), turn(21, None, Some(1.0)));
        assert_eq!(why(&[ends.clone(), begins.clone()]), [Why::Moved, Why::Moved]);
        assert_eq!(why(std::slice::from_ref(&ends)), [Why::Withdrawn]);
        assert_eq!(why(std::slice::from_ref(&begins)), [Why::First]);
        assert_eq!(why(&[ends, turn(21, None, Some(2.0))]), [Why::Withdrawn, Why::First]);
        assert_eq!(why(&[turn(20, Some(1.0), Some(2.0))]), [Why::Corrected]);
        assert_eq!(why(&[Turn { was_known: true, ..begins }]), [Why::Corrected], "it is back");
    }

    #[test]
    fn dates_are_gathered_by_reason_and_first_tellings_left_out() {
        let on = |day| date(2025, 10, day);
        let found = by_why([
            (on(22), Why::Corrected),
            (on(20), Why::Corrected),
            (on(21), Why::Withdrawn),
            (on(1), Why::First),
            (on(31), Why::Continued),
        ]);
        let expected = [(Why::Corrected, on(20), on(22)), (Why::Withdrawn, on(21), on(21))];
        assert_eq!(found, expected);
    }

    proptest! {
        #[test]
        fn versions_follow_each_other_without_a_gap(
            since in prop::collection::btree_set(1_i64..20, 0..6),
            ended in prop::option::of(1_i64..20),
        ) {
            let versions = since.iter().map(|it| Version { since: Revision(*it), value: () });
            let found = lasting(versions.collect(), ended.map(Revision));
            for by in 0..21 {
                let then = found.iter().filter(|(version, until)| {
                    version.since.0 <= by && until.is_none_or(|until| by < until.0)
                });
                let then: Vec<i64> = then.map(|(version, _)| version.since.0).collect();
                let newest = since.range(..=by).last().copied();
                let newest = newest.filter(|_| ended.is_none_or(|ended| by < ended));
                prop_assert_eq!(then, newest.into_iter().collect::<Vec<_>>());
            }
        }
    }
}

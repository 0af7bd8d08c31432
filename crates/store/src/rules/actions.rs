use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use market::{Action, ActionKind};

use crate::rules::stretch::Dates;

/// All that happened on one ex-date of one kind. A day can have two dividends;
/// a correction replaces both, so together they are one version.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Terms(pub(crate) Vec<ActionKind>);

/// An ex-date, and what kind of thing happens on it.
pub(crate) type Day = (Date, &'static str);

/// What happens on each day.
pub(crate) type ByDay = BTreeMap<Day, Terms>;

/// What an answer reports of each ex-date and kind.
pub(crate) fn by_day(actions: &[Action]) -> ByDay {
    let mut by_day = ByDay::new();
    for Action { ex_date, kind } in actions {
        by_day.entry((*ex_date, kind.name())).or_default().0.push(kind.clone());
    }
    by_day
}

/// What an answer says of actions that are not in it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Silence {
    /// The ex-dates that it speaks for, if it does.
    pub(crate) of: Option<Dates>,
    /// Its prices are on another basis, so no split but those in it is in them.
    pub(crate) rebased: bool,
}

/// What an answer does to the actions in force.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ActionChanges {
    /// Days on which something happens that was not known so.
    pub(crate) reported: ByDay,
    /// Days on which it happens no more.
    pub(crate) withdrawn: Vec<Day>,
    /// Days that stay until another answer lacks them too.
    pub(crate) missed: Vec<Day>,
}

/// What an answer does to the actions in force. `missed` are the days that an
/// earlier answer lacked, some time ago.
///
/// An answer that names any speaks for all of its stretch. One that names none
/// may have come without them: what it lacks is withdrawn when another one lacks
/// it too. A split that has gone from the prices is withdrawn at once.
pub(crate) fn action_changes(
    held: &ByDay,
    reported: ByDay,
    silence: Silence,
    missed: &BTreeSet<Day>,
) -> ActionChanges {
    let lacks = |(ex_date, kind): &Day| {
        silence.of.is_some_and(|dates| dates.contains(*ex_date))
            && !reported.contains_key(&(*ex_date, *kind))
    };
    let is_gone = |day: &Day| {
        !reported.is_empty() || missed.contains(day) || (silence.rebased && day.1 == "split")
    };
    let (withdrawn, missed) = held.keys().copied().filter(lacks).partition(is_gone);
    let mut reported = reported;
    reported.retain(|day, terms| held.get(day) != Some(terms));
    ActionChanges { reported, withdrawn, missed }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use market::Payment;

    use super::*;

    const SPLIT: ActionKind = ActionKind::Split { numerator: 2.0, denominator: 1.0 };
    const PAID: ActionKind = ActionKind::Dividend(Payment { amount: 7.0, currency: None });

    fn on(day: i8, kind: ActionKind) -> Action {
        Action { ex_date: october(day), kind }
    }

    fn october(day: i8) -> Date {
        date(2025, 10, day)
    }

    fn silence(rebased: bool) -> Silence {
        Silence { of: Some(Dates::new(Some(october(1)), october(31))), rebased }
    }

    fn of(held: &[Action], reported: &[Action], rebased: bool, missed: &[Day]) -> ActionChanges {
        let missed = missed.iter().copied().collect();
        action_changes(&by_day(held), by_day(reported), silence(rebased), &missed)
    }

    #[test]
    fn what_happened_on_one_day_is_one_version_for_each_kind() {
        let found = by_day(&[on(29, PAID), on(27, SPLIT), on(29, SPLIT), on(29, PAID)]);
        let expected = [
            ((october(27), "split"), Terms(vec![SPLIT])),
            ((october(29), "dividend"), Terms(vec![PAID, PAID])),
            ((october(29), "split"), Terms(vec![SPLIT])),
        ];
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_moved_ex_date_is_one_end_and_one_beginning() {
        let found = of(&[on(28, PAID), on(20, SPLIT)], &[on(27, PAID), on(20, SPLIT)], false, &[]);
        assert_eq!(found.withdrawn, [(october(28), "dividend")]);
        assert_eq!(found.reported, by_day(&[on(27, PAID)]));
        assert!(found.missed.is_empty());
    }

    #[test]
    fn an_answer_without_any_action_is_doubted_once() {
        let day = (october(28), "dividend");
        let first = of(&[on(28, PAID)], &[], false, &[]);
        assert_eq!((first.withdrawn, first.missed), (vec![], vec![day]));
        let second = of(&[on(28, PAID)], &[], false, &[day]);
        assert_eq!((second.withdrawn, second.missed), (vec![day], vec![]));
    }

    #[test]
    fn a_split_that_has_gone_from_the_prices_ends_at_once() {
        let found = of(&[on(28, SPLIT), on(28, PAID)], &[], true, &[]);
        assert_eq!(found.withdrawn, [(october(28), "split")]);
        assert_eq!(found.missed, [(october(28), "dividend")]);
    }

    #[test]
    fn what_lies_outside_the_stretch_stays() {
        let held = by_day(&[on(28, PAID)]);
        let early = Silence { of: Some(Dates::new(None, october(27))), rebased: true };
        let reported = by_day(&[on(20, SPLIT)]);
        let found = action_changes(&held, reported.clone(), early, &BTreeSet::new());
        assert_eq!(found, ActionChanges { reported, ..ActionChanges::default() });
    }
}

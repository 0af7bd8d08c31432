use std::collections::BTreeMap;

use jiff::civil::Date;
use market::{Action, ActionKind};

use crate::rules::versions::Versioned;

/// All that happened on one ex-date of one kind. A day can have two dividends;
/// a correction replaces both, so together they are one version.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Terms(pub(crate) Vec<ActionKind>);

impl Versioned for Terms {
    fn says(&self, reported: &Self) -> bool {
        self == reported
    }
}

/// What an answer reports of each ex-date and kind.
///
/// An answer that leaves an action out takes nothing back: not every answer
/// carries actions.
pub(crate) fn by_day(actions: &[Action]) -> BTreeMap<(Date, &'static str), Terms> {
    let mut by_day: BTreeMap<_, Terms> = BTreeMap::new();
    for Action { ex_date, kind } in actions {
        by_day.entry((*ex_date, kind.name())).or_default().0.push(kind.clone());
    }
    by_day
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_happened_on_one_day_is_one_version_for_each_kind() {
        let on =
            |day, kind: &ActionKind| Action { ex_date: date(2025, 10, day), kind: kind.clone() };
        let split = ActionKind::Split { numerator: 2.0, denominator: 1.0 };
        let two = [ActionKind::Dividend(7.0.into()), ActionKind::Dividend(7.0.into())];
        let found = by_day(&[on(29, &two[0]), on(27, &split), on(29, &split), on(29, &two[1])]);
        let expected = [
            ((date(2025, 10, 27), "split"), Terms(vec![split.clone()])),
            ((date(2025, 10, 29), "dividend"), Terms(two.to_vec())),
            ((date(2025, 10, 29), "split"), Terms(vec![split])),
        ];
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
        assert!(!Terms(two.to_vec()).says(&Terms(two[..1].to_vec())));
    }
}

//! Bars beside bars of the same answer, and beside its latest price.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::{Action, Bar, Kind, Price, power_of_ten};

/// A stretch at another level is taken for a fault up to so many bars: a quarter of
/// days of trading. No share is consolidated and split again within one.
const LONGEST: usize = 60;

/// Bars end so few days before the price that they are compared with.
const CLOSE_BY_DAYS: i32 = 7;

/// Which bars are a hundredfold of those on both sides, or a hundredth or a higher
/// power of ten, where no split is told. Where a latest price is known, it stands
/// for what comes after the last.
///
/// Expects bars in order.
pub fn off_neighbours(
    kind: Kind,
    bars: &[Bar],
    actions: &[Action],
    latest: Option<Price>,
) -> Vec<bool> {
    let mut off = vec![false; bars.len()];
    let mut at = 1;
    while at < bars.len() {
        let level = &bars[at - 1];
        let is_off = |price| is_slip(kind, price, level.close);
        let back = bars[at..].iter().take(LONGEST + 1).position(|bar| !is_off(bar.close));
        let run = back.or_else(|| latest.filter(|it| !is_off(*it)).map(|_| bars.len() - at));
        let run = run.filter(|run| *run <= LONGEST).unwrap_or(0);
        let end = bars.get(at + run).map_or(Date::MAX, |bar| bar.date);
        if run == 0 || has_split(actions, level.date, end) {
            at += 1;
        } else {
            off[at..at + run].fill(true);
            at += run + 1;
        }
    }
    off
}

/// Whether a latest price of some day is a hundredfold of the last bar up to then, or
/// a hundredth: one of the two is in a wrong unit. A stretch of bars that is short
/// enough to be [off its neighbours](off_neighbours) is not among them any more.
pub fn is_off_last(kind: Kind, bars: &[Bar], actions: &[Action], latest: Price, day: Date) -> bool {
    let Some(last) = bars.last() else { return false };
    let is_close_by = last.provisional
        || day.checked_sub(CLOSE_BY_DAYS.days()).is_ok_and(|first| last.date >= first);
    let is_split = has_split(actions, last.date, Date::MAX);
    is_close_by && !is_split && is_slip(kind, latest, last.close)
}

fn has_split(actions: &[Action], from: Date, to: Date) -> bool {
    let splits = actions.iter().filter(|it| it.split_factor().is_some());
    splits.map(|it| it.ex_date).any(|date| (from..=to).contains(&date))
}

/// Where prices may cross zero a ratio says nothing, and an option may be worth a
/// hundredth the next day.
pub(crate) fn is_slip(kind: Kind, price: Price, level: Price) -> bool {
    let says_nothing = matches!(kind, Kind::Rate | Kind::Option);
    let (price, level) = (price.get(), level.get());
    let is_sized = price > 0.0 && level > 0.0;
    !says_nothing && is_sized && power_of_ten(price / level).is_some_and(|it| it.abs() >= 2)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::ActionKind;

    fn price(price: f64) -> Price {
        Price::new(price).unwrap()
    }

    fn bars(closes: &[f64]) -> Vec<Bar> {
        let first = date(2026, 11, 2);
        let bar = |(day, close): (Date, &f64)| Bar {
            open_time: Timestamp::UNIX_EPOCH,
            date: day,
            open: None,
            high: None,
            low: None,
            close: price(*close),
            adj_close: None,
            volume: None,
            provisional: false,
        };
        first.series(1.day()).zip(closes).map(bar).collect()
    }

    fn off(closes: &[f64], splits: &[i8], latest: Option<f64>) -> Vec<usize> {
        let kind = ActionKind::Split { numerator: 1.0, denominator: 100.0 };
        let split = |day: &i8| Action { ex_date: date(2026, 11, *day), kind: kind.clone() };
        let splits: Vec<_> = splits.iter().map(split).collect();
        let off = off_neighbours(Kind::Equity, &bars(closes), &splits, latest.map(price));
        (0..closes.len()).filter(|at| off[*at]).collect()
    }

    #[test]
    fn one_bar_a_hundredfold_between_neighbours_is_off() {
        assert_eq!(off(&[8.0, 8.1, 810.0, 8.2, 8.1], &[], None), [2]);
        assert_eq!(off(&[8.0, 8.1, 0.081, 8.2, 8.1], &[], None), [2]);
        assert_eq!(off(&[8.0, 800.0, 810.0, 8.2, 8.1, 8_200.0, 8.0], &[], None), [1, 2, 5]);
        let weeks = [vec![8.0; 30], vec![800.0; 20], vec![8.0; 30]].concat();
        assert_eq!(off(&weeks, &[], None), (30..50).collect::<Vec<_>>());
        assert_eq!(off(&weeks[..50], &[], Some(8.1)), (30..50).collect::<Vec<_>>());
    }

    #[test]
    fn a_split_at_its_edge_or_a_level_that_stays_is_no_fault() {
        assert_eq!(off(&[0.08, 0.08, 8.1, 8.2], &[], None), [0_usize; 0]);
        assert_eq!(off(&[0.08, 8.1, 0.08, 0.08], &[3], None), [0_usize; 0]);
        assert_eq!(off(&[8.0, 3.0, 8.0, 24.0, 8.0], &[], None), [0_usize; 0]);
    }

    #[test]
    fn the_last_bar_is_off_where_the_latest_price_says_so() {
        assert_eq!(off(&[8.0, 8.1, 810.0], &[], None), [0_usize; 0]);
        assert_eq!(off(&[8.0, 8.1, 810.0], &[], Some(8.2)), [2]);
        assert_eq!(off(&[8.0, 8.1, 810.0], &[], Some(815.0)), [0_usize; 0]);
    }

    #[test]
    fn the_last_bar_is_off_beside_a_price_of_its_time() {
        let check = |closes: &[f64], latest: f64, day: Date, expected: bool| {
            let found = is_off_last(Kind::Equity, &bars(closes), &[], price(latest), day);
            assert_eq!(found, expected, "{closes:?} {latest} {day}");
        };
        check(&[800.0, 810.0], 8.1, date(2026, 11, 3), true);
        check(&[800.0, 8.1], 8.1, date(2026, 11, 3), false);
        check(&[8.0, 810.0], 8.1, date(2026, 11, 3), true);
        check(&[0.08, 0.081], 8.1, date(2040, 1, 3), false);
        check(&[], 8.1, date(2026, 11, 3), false);
    }

    proptest! {
        #[test]
        fn of_what_moves_by_less_than_a_factor_nothing_is_off(
            steps in proptest::collection::vec(0.3_f64..3.0, 1..60),
        ) {
            let closes: Vec<f64> = steps
                .iter()
                .scan(100.0, |price: &mut f64, step| {
                    *price = (*price * step).clamp(1e-6, 1e9);
                    Some(*price)
                })
                .collect();
            let none = off(&closes, &[], None);
            // A walk may come to a hundredfold over some bars, never in one step.
            prop_assert!(closes.windows(2).all(|two| two[1] / two[0] < 80.0));
            prop_assert_eq!(none, Vec::<usize>::new());
        }
    }
}

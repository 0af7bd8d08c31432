use jiff::civil::Date;
use market::{Action, ActionKind, Element, Impossible, Payment, Sieve};

use crate::json::Figure;
use crate::tiingo::wire::Day;

/// A ratio this near to a whole number is that number: factors are rounded.
const NEAR: f64 = 1e-6;

/// What happened on a day. What cannot be is set aside.
pub(super) fn of_day(day: &Day, date: Date, sieve: &mut Sieve) -> Vec<Action> {
    let split = read(day.split_factor, 1.0).map(|factor| factor.map(terms));
    let paid = read(day.div_cash, 0.0).map(|paid| paid.map(dividend));
    let mut happened = Vec::new();
    // The split comes first: what is paid is paid on new shares.
    for (found, reason) in [(split, Impossible::Terms), (paid, Impossible::Amount)] {
        match found {
            Ok(kind) => happened.extend(kind.map(|kind| Action { ex_date: date, kind })),
            Err(()) => sieve.keep(Element::Action, Some(date), reason),
        }
    }
    sieve.actions(happened)
}

/// The number, where it says that something happened.
fn read(figure: Figure, nothing: f64) -> Result<Option<f64>, ()> {
    match figure {
        Figure::Absent => Ok(None),
        Figure::Odd => Err(()),
        #[expect(clippy::float_cmp, reason = "nothing is written as exactly this")]
        Figure::Number(number) => Ok((number != nothing).then_some(number)),
    }
}

fn dividend(amount: f64) -> ActionKind {
    ActionKind::Dividend(amount.into())
}

/// A factor in the terms people know: `0.1` is one new share for ten old ones.
fn terms(factor: f64) -> ActionKind {
    let old = factor.recip().round();
    if factor < 1.0 && (factor * old - 1.0).abs() < NEAR {
        return ActionKind::Split { numerator: 1.0, denominator: old };
    }
    ActionKind::Split { numerator: factor, denominator: 1.0 }
}

/// Amounts per share as shares are counted today: divided by the splits that came later.
pub(super) fn in_shares_of_today(actions: Vec<Action>) -> Vec<Action> {
    let splits: Vec<(Date, f64)> = actions.iter().filter_map(split).collect();
    let restated = |action: Action| {
        let later = splits.iter().filter(|(date, _)| *date > action.ex_date);
        let shares: f64 = later.map(|(_, shares)| shares).product();
        restate(action, shares)
    };
    actions.into_iter().map(restated).collect()
}

fn split(action: &Action) -> Option<(Date, f64)> {
    match action.kind {
        ActionKind::Split { numerator, denominator } => {
            Some((action.ex_date, numerator / denominator))
        }
        ActionKind::Dividend(_) | ActionKind::CapitalGain(_) => None,
    }
}

fn restate(action: Action, shares: f64) -> Action {
    match action.kind {
        #[expect(clippy::float_cmp, reason = "without a split it is exactly one")]
        ActionKind::Dividend(Payment { amount, currency }) if shares != 1.0 => {
            let paid = Payment { amount: amount / shares, currency };
            Action { kind: ActionKind::Dividend(paid), ..action }
        }
        kind => Action { kind, ..action },
    }
}

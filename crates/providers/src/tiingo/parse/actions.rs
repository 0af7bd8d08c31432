use jiff::civil::Date;
use market::{Action, ActionKind, Element, Impossible, Sieve};

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

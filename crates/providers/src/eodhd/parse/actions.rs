use jiff::civil::Date;
use market::{Action, ActionKind, Currency, Element, Impossible, Sieve};

use crate::eodhd::wire::{Payment, Split};
use crate::json::Row;

/// Splits up to today, ascending. What cannot be is set aside.
pub(super) fn splits(told: Vec<Row<Split>>, today: Date, sieve: &mut Sieve) -> Vec<Action> {
    let split = |row: Row<Split>| {
        let row = row.0.ok_or(None)?;
        let date: Date = row.date.parse().map_err(|_| None)?;
        terms(&row.split).map(|kind| Action { ex_date: date, kind }).ok_or(Some(date))
    };
    read(told.into_iter().map(split), (today, Impossible::Terms), sieve)
}

/// Payments up to today, ascending, in shares as they are counted now. What cannot be is set aside.
pub(super) fn payments(
    told: Vec<Row<Payment>>,
    (own, today): (Option<&Currency>, Date),
    sieve: &mut Sieve,
) -> Vec<Action> {
    let payment = |row: Row<Payment>| {
        let row = row.0.ok_or(None)?;
        let date: Date = row.date.parse().map_err(|_| None)?;
        let amount = row.value.number().ok_or(Some(date))?;
        let currency = row.currency.as_deref().map(str::parse::<Currency>).transpose();
        // In another one than nobody knows which.
        let currency = currency.map_err(|_| Some(date))?.filter(|it| Some(it) != own);
        let kind = ActionKind::Dividend(market::Payment { amount, currency });
        Ok(Action { ex_date: date, kind })
    };
    read(told.into_iter().map(payment), (today, Impossible::Amount), sieve)
}

fn read(
    told: impl Iterator<Item = Result<Action, Option<Date>>>,
    (today, otherwise): (Date, Impossible),
    sieve: &mut Sieve,
) -> Vec<Action> {
    let mut happened = Vec::new();
    for action in told {
        match action {
            Ok(action) => happened.push(action),
            Err(date) => sieve.keep(Element::Action, date, otherwise),
        }
    }
    // What is announced has not happened.
    happened.retain(|action| action.ex_date <= today);
    happened.sort_by_key(|action| action.ex_date);
    sieve.actions(happened)
}

/// `4.000000/1.000000`.
fn terms(text: &str) -> Option<ActionKind> {
    let (new, old) = text.split_once('/')?;
    let number = |text: &str| text.parse::<f64>().ok();
    Some(ActionKind::Split { numerator: number(new)?, denominator: number(old)? })
}

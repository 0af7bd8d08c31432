use jiff::civil::Date;
use market::{Action, ActionKind, Element, Impossible, Sieve, SourceError};

use crate::alpaca::wire::{self, Happened, Renamed};
use crate::json::Row;

/// What happened to one share up to today, ascending. What cannot be is set aside.
///
/// # Errors
///
/// [`SourceError::NotOffered`] where shares were paid out as a dividend: nobody says whether
/// prices are adjusted for it. So where it was renamed: its bars are told from before, and
/// what happened then is not.
pub(super) fn read(
    told: Happened,
    (ticker, today): (&str, Date),
    sieve: &mut Sieve,
) -> Result<Vec<Action>, SourceError> {
    let told = told.corporate_actions;
    let is_its = |row: &Row<Renamed>| row.0.as_ref().is_none_or(|it| it.new_symbol == ticker);
    if told.name_changes.iter().any(is_its) {
        let why = "it was called otherwise before, and its payments are told under that name";
        return Err(SourceError::NotOffered(why.to_owned()));
    }
    if of(told.stock_dividends, ticker).next().is_some() {
        let why = "a dividend was paid in shares, of which it does not say what it did to prices";
        return Err(SourceError::NotOffered(why.to_owned()));
    }
    let splits = told.forward_splits.into_iter().chain(told.reverse_splits).collect();
    let splits: Vec<Action> =
        of(splits, ticker).filter_map(|row| take(&row, split, Impossible::Terms, sieve)).collect();
    let paid: Vec<Action> = of(told.cash_dividends, ticker)
        .filter_map(|row| take(&row, dividend, Impossible::Amount, sieve))
        .collect();
    // A split comes first: what is paid on its day is paid on new shares.
    let mut happened = [splits, paid].concat();
    // What is announced has not happened.
    happened.retain(|action| action.ex_date <= today);
    happened.sort_by_key(|action| action.ex_date);
    Ok(sieve.actions(happened))
}

/// The rows that are of one share, or of nobody knows what.
fn of(rows: Vec<Row<wire::Action>>, ticker: &str) -> impl Iterator<Item = Row<wire::Action>> {
    let is_its = move |row: &Row<wire::Action>| {
        row.0.as_ref().is_none_or(|action| action.symbol.eq_ignore_ascii_case(ticker))
    };
    rows.into_iter().filter(is_its)
}

fn take(
    row: &Row<wire::Action>,
    kind: impl Fn(&wire::Action) -> Option<ActionKind>,
    otherwise: Impossible,
    sieve: &mut Sieve,
) -> Option<Action> {
    let ex_date = row.0.as_ref().and_then(|action| action.ex_date.as_ref()?.parse().ok());
    let found = row.0.as_ref().and_then(kind).zip(ex_date);
    if found.is_none() {
        sieve.keep(Element::Action, ex_date, otherwise);
    }
    found.map(|(kind, ex_date)| Action { ex_date, kind })
}

fn dividend(action: &wire::Action) -> Option<ActionKind> {
    action.rate.number().map(|amount| ActionKind::Dividend(amount.into()))
}

fn split(action: &wire::Action) -> Option<ActionKind> {
    let (numerator, denominator) = action.new_rate.number().zip(action.old_rate.number())?;
    Some(ActionKind::Split { numerator, denominator })
}

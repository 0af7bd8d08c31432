use jiff::civil::Date;
use market::{Action, ActionKind, Payment};

/// Amounts per share as shares are counted today: divided by the splits that came later.
pub(crate) fn restated(actions: Vec<Action>) -> Vec<Action> {
    let splits: Vec<(Date, f64)> = actions.iter().filter_map(split).collect();
    let each = |action: Action| {
        let later = splits.iter().filter(|(date, _)| *date > action.ex_date);
        let shares: f64 = later.map(|(_, shares)| shares).product();
        restate(action, shares)
    };
    actions.into_iter().map(each).collect()
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

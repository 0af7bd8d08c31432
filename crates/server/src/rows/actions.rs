use market::{Action, ActionKind};

use super::Built;

/// A row for each action, by ex-date.
pub(crate) fn actions(actions: &[&Action]) -> Built {
    let each = || actions.iter().map(|action| action.kind);
    let amount = |kind| match kind {
        ActionKind::Dividend(amount) | ActionKind::CapitalGain(amount) => Some(amount),
        ActionKind::Split { .. } => None,
    };
    let terms = |kind| match kind {
        ActionKind::Split { numerator, denominator } => Some((numerator, denominator)),
        ActionKind::Dividend(_) | ActionKind::CapitalGain(_) => None,
    };
    Built::of(actions.len())
        .date("ex_date", actions.iter().map(|action| Some(action.ex_date)))
        .text("kind", each().map(|kind| Some(kind.name())))
        .number("amount", each().map(amount))
        .number("numerator", each().map(|kind| terms(kind).map(|(new, _)| new)))
        .number("denominator", each().map(|kind| terms(kind).map(|(_, old)| old)))
}

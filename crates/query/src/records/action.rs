//! Dividends, splits and capital gains, by ex-date.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Action, ActionKind, Currency, HistoryResult, series_freshness};
use serde::Serialize;
use table::{Built, Column, Constant, EncodeError, Head, Rows, Table};

/// What is said once about all actions.
#[derive(Serialize, schemars::JsonSchema)]
pub struct ActionsHead<'a> {
    symbol: &'a str,
    name: &'a str,
    currency: Option<&'a str>,
    source: &'a str,
    received_at: Timestamp,
    freshness: &'static str,
    simulated: bool,
}

impl<'a> ActionsHead<'a> {
    fn new(answer: &'a HistoryResult, now: Timestamp) -> Self {
        Self {
            symbol: answer.question.symbol.as_str(),
            name: &answer.instrument.name,
            currency: answer.series.head.currency.as_ref().map(Currency::as_str),
            source: answer.series.head.source.as_str(),
            received_at: answer.received_at,
            freshness: series_freshness(answer, now).as_str(),
            simulated: answer.simulated,
        }
    }

    /// What each row repeats in a form without a head.
    fn constants(&self) -> Vec<(&'static str, Constant)> {
        vec![
            ("symbol", Constant::text(self.symbol)),
            ("currency", Constant::Text(self.currency.map(Arc::from))),
            ("source", Constant::text(self.source)),
            ("received_at", Constant::Instant(Some(self.received_at))),
            ("freshness", Constant::text(self.freshness)),
            ("simulated", Constant::Flag(self.simulated)),
        ]
    }
}

/// A table of the actions between two ex-dates, either of which may be open.
///
/// # Errors
///
/// A fault of ours.
pub fn table(
    answer: &HistoryResult,
    (from, to): (Option<Date>, Option<Date>),
    now: Timestamp,
) -> Result<Table, EncodeError> {
    let head = ActionsHead::new(answer, now);
    let inside = |action: &&Action| {
        from.is_none_or(|from| from <= action.ex_date) && to.is_none_or(|to| action.ex_date <= to)
    };
    let actions: Vec<&Action> = answer.actions.iter().filter(inside).collect();
    Ok(Table {
        constants: head.constants(),
        head: Head::of(&head)?,
        name: "actions",
        rows: Arc::new(rows(&actions)),
    })
}

/// The columns of a table of actions.
pub fn columns() -> Vec<Column> {
    rows(&[]).columns().to_vec()
}

/// A row for each action, by ex-date.
fn rows(actions: &[&Action]) -> Built {
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

use std::collections::BTreeMap;

use market::{Action, ActionKind, Currency, Interval, Payment};
use serde::Serialize;

use super::answered::Answered;
use crate::yahoo::instrument::opens;

/// Actions as they are told: by kind, each by the instant of its day. They have no key
/// but those that clients know, because each key becomes a column there.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Told {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    dividends: BTreeMap<i64, Dividend>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    splits: BTreeMap<i64, Split>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    capital_gains: BTreeMap<i64, Gain>,
}

#[derive(Serialize)]
struct Dividend {
    amount: f64,
    date: i64,
    /// Of all of an answer or of none: clients read it as a column.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
}

#[derive(Serialize)]
struct Split {
    date: i64,
    numerator: f64,
    denominator: f64,
    #[serde(rename = "splitRatio")]
    ratio: String,
}

#[derive(Serialize)]
struct Gain {
    amount: f64,
    date: i64,
}

impl Told {
    /// Those that are asked for; `None` where there are none.
    pub(super) fn of(answered: &Answered) -> Option<Self> {
        let mut told = Self::default();
        for action in &answered.bars.answer.actions {
            told.add(answered, action);
        }
        let is_empty = told.dividends.is_empty() && told.splits.is_empty();
        (!is_empty || !told.capital_gains.is_empty()).then_some(told)
    }

    fn add(&mut self, answered: &Answered, action: &Action) {
        let (date, asked) = (stamp(answered, action), answered.question.events);
        match &action.kind {
            ActionKind::Dividend(paid) if asked.dividends => {
                let currency = currency(answered, paid);
                self.dividends.insert(date, Dividend { amount: paid.amount, date, currency });
            }
            ActionKind::Split { numerator, denominator } if asked.splits => {
                self.splits.insert(date, Split::of(date, *numerator, *denominator));
            }
            ActionKind::CapitalGain(paid) if asked.gains => {
                self.capital_gains.insert(date, Gain { amount: paid.amount, date });
            }
            _ => {}
        }
    }
}

impl Split {
    fn of(date: i64, numerator: f64, denominator: f64) -> Self {
        Self { date, numerator, denominator, ratio: format!("{numerator}:{denominator}") }
    }
}

/// When trading began on the day of an action: as its bar says, where there is one.
fn stamp(answered: &Answered, action: &Action) -> i64 {
    let series = &answered.series;
    let of_day = series.dates().binary_search(&action.ex_date).ok();
    let bar = of_day.filter(|_| series.head.interval == Interval::D1);
    let opened = bar.and_then(|at| series.open_times().get(at).copied());
    let answer = &answered.bars.answer;
    let usual = || opens(&answer.instrument, answer.session.as_ref(), action.ex_date);
    opened.unwrap_or_else(usual).as_second()
}

/// What is paid in, where anything in the answer is paid in another currency than
/// prices are counted in.
fn currency(answered: &Answered, paid: &Payment) -> Option<String> {
    let answer = &answered.bars.answer;
    let payments = answer.actions.iter().filter_map(|action| action.kind.payment());
    let differs = payments.into_iter().any(|payment| payment.currency.is_some());
    let own = || answer.series.head.currency.as_ref();
    let code = paid.currency.as_ref().or_else(own).map(Currency::to_string);
    differs.then(|| code.unwrap_or_default())
}

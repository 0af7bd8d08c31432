//! Dividends, splits and capital gains, by ex-date.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Action, ActionKind, Currency, HistoryResult, series_freshness};
use table::{
    Built, Constants, Described, EncodeError, Field, Head, Object, Record, Table, described,
};

use super::answer::OfAnswer;
use super::vocabulary;

/// One action, and what its series is counted in.
struct Happened<'a> {
    action: &'a Action,
    prices_in: Option<&'a Currency>,
}

impl Happened<'_> {
    /// The fields of an action.
    const FIELDS: [Field<Self>; 6] = [
        Field::date(
            "ex_date",
            "The first date on which a buyer no longer gets it.",
            |it: &Self| Some(it.action.ex_date),
        )
        .never_null(),
        Field::text("kind", "dividend, split or capital_gain.", |it: &Self| {
            Some(it.action.kind.name().into())
        })
        .never_null(),
        Field::number(
            "amount",
            "What is paid per share, in the currency; null for a split.",
            |it| it.action.kind.payment().map(|paid| paid.amount),
        ),
        Field::number(
            "numerator",
            "Shares after a split, for so many before it as the denominator says.",
            |it| it.terms().map(|(new, _)| new),
        ),
        Field::number("denominator", "Shares before a split.", |it| it.terms().map(|(_, old)| old)),
        Field::text(
            "currency",
            "What the amount is counted in, which may be another currency than that of prices; null for a split.",
            |it| it.currency().map(|currency| currency.as_str().into()),
        ),
    ];

    fn currency(&self) -> Option<&Currency> {
        self.action.kind.payment().and_then(|paid| paid.currency.as_ref().or(self.prices_in))
    }

    fn terms(&self) -> Option<(f64, f64)> {
        match self.action.kind {
            ActionKind::Split { numerator, denominator } => Some((numerator, denominator)),
            ActionKind::Dividend(_) | ActionKind::CapitalGain(_) => None,
        }
    }
}

/// What is said once about all actions.
pub struct AboutActions<'a> {
    answer: &'a HistoryResult,
    now: Timestamp,
}

/// The same as JSON.
pub type ActionsHead<'a> = Object<AboutActions<'a>>;

impl OfAnswer for AboutActions<'_> {
    fn answer(&self) -> &HistoryResult {
        self.answer
    }
}

impl AboutActions<'_> {
    const FRESHNESS: Field<Self> =
        vocabulary::freshness(|it| Some(series_freshness(it.answer, it.now).as_str().into()));

    /// What each row repeats in a form without a head.
    pub(in crate::records) const CONSTANTS: [Field<Self>; 5] =
        [Self::SYMBOL, Self::SOURCE, Self::RECEIVED_AT, Self::FRESHNESS, Self::SIMULATED];
}

impl Record for AboutActions<'_> {
    const ABOUT: &'static str = "What is said once about all actions.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        &[
            Self::SYMBOL,
            Self::NAME,
            Self::CURRENCY,
            Self::SOURCE,
            Self::RECEIVED_AT,
            Self::FRESHNESS,
            Self::SIMULATED,
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
    let inside = |action: &&Action| {
        from.is_none_or(|from| from <= action.ex_date) && to.is_none_or(|to| action.ex_date <= to)
    };
    let prices_in = answer.series.head.currency.as_ref();
    let happened = |action| Happened { action, prices_in };
    let actions: Vec<_> = answer.actions.iter().filter(inside).map(happened).collect();
    let about = AboutActions { answer, now };
    Ok(Table {
        constants: Constants::of(&AboutActions::CONSTANTS, &about),
        head: Head::of(&ActionsHead::of(about))?,
        name: "actions",
        rows: Arc::new(Built::of(&Happened::FIELDS, &actions)),
    })
}

/// The columns of a table of actions.
pub fn columns() -> Vec<Described> {
    described(&Happened::FIELDS)
}

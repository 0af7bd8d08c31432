//! What was known of history and holds no more.

use std::sync::Arc;

use market::{Change, Interval, Why};
use serde::Serialize;
use table::{
    Built, Constants, Described, EncodeError, Field, Head, Object, Record, Table, described,
};

use super::vocabulary;

/// The names of the reasons for which something holds no more.
const WHYS: [&str; 5] = [
    Why::Corrected.as_str(),
    Why::Restamped.as_str(),
    Why::Withdrawn.as_str(),
    Why::Moved.as_str(),
    Why::Rebased.as_str(),
];

/// A change of history: a row of a table, and an event.
pub struct Changed<'a>(pub &'a Change);

/// The same as an event.
pub type RevisedJson<'a> = Object<Changed<'a>>;

impl Changed<'_> {
    const FIELDS: [Field<Self>; 8] = [
        Self::NUMBER,
        Self::AT,
        Self::SYMBOL,
        Self::INTERVAL,
        Self::SOURCE,
        Self::FIRST,
        Self::LAST,
        Self::WHY,
    ];
    const NUMBER: Field<Self> =
        Field::whole("number", "Its place among all changes, which only grows.", |it: &Self| {
            i64::try_from(it.0.number).ok()
        })
        .never_null();
    const AT: Field<Self> =
        Field::instant("at", "When it became known here.", |it: &Self| Some(it.0.at)).never_null();
    const SYMBOL: Field<Self> = vocabulary::symbol(|it: &Self| Some(it.0.symbol.as_str().into()));
    const INTERVAL: Field<Self> = Field::text(
        "interval",
        "How long the bars are that have changed; null where actions have.",
        |it: &Self| it.0.interval.map(|interval| Interval::as_str(interval).into()),
    );
    const SOURCE: Field<Self> =
        vocabulary::source(|it: &Self| Some(it.0.source.as_str().into())).never_null();
    const FIRST: Field<Self> =
        Field::date("first", "The first trading or ex-date that is concerned.", |it: &Self| {
            Some(it.0.first)
        })
        .never_null();
    const LAST: Field<Self> =
        Field::date("last", "The last one.", |it: &Self| Some(it.0.last)).never_null();
    const WHY: Field<Self> = Field::text(
        "why",
        "corrected: its source says something else, or has it again; restamped: nothing but open times are others; withdrawn: its source has it no more; moved: the action is on another day; rebased: prices are on another basis, as after a split.",
        |it: &Self| Some(it.0.why.as_str().into()),
    )
    .one_of(&WHYS)
    .never_null();
}

impl Record for Changed<'_> {
    const ABOUT: &'static str = "What was known of history and holds no more.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        &[
            Self::NUMBER,
            Self::AT,
            Self::SYMBOL,
            Self::INTERVAL,
            Self::SOURCE,
            Self::FIRST,
            Self::LAST,
            Self::WHY,
        ]
    }
}

/// What is said once about all changes.
#[derive(Serialize, schemars::JsonSchema)]
pub struct ChangesHead {
    /// Leads to the rest.
    next: Option<String>,
}

/// A table of changes. `next` leads to the rest.
///
/// # Errors
///
/// A fault of ours.
pub fn table(changes: &[Change], next: Option<String>) -> Result<Table, EncodeError> {
    let rows: Vec<_> = changes.iter().map(Changed).collect();
    Ok(Table {
        constants: Constants::none(),
        head: Head::of(&ChangesHead { next })?,
        name: "changes",
        rows: Arc::new(Built::of(&Changed::FIELDS, &rows)),
    })
}

/// The columns of a table of changes.
pub fn columns() -> Vec<Described> {
    described(&Changed::FIELDS)
}

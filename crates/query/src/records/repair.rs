//! What other sources know better of daily histories: what is wrong, what would be right,
//! who says so, and whether it is served.

use std::sync::Arc;

use market::{Bar, Currency, Price, RepairEnd, RepairRecord};
use serde::Serialize;
use table::{
    Built, Constants, Described, EncodeError, Field, Head, Table, described, in_fifteen_digits,
};

use super::vocabulary;

/// A close that is wrong.
const CLOSE: &str = "close";
/// A day without a bar.
const MISSING: &str = "missing";

/// The names of all ends.
const ENDS: [&str; RepairEnd::ALL.len()] = {
    let [corrected, withdrawn, replaced, undone] = RepairEnd::ALL;
    [corrected.as_str(), withdrawn.as_str(), replaced.as_str(), undone.as_str()]
};

/// A row of a table of repairs.
struct OfRepair<'a>(&'a RepairRecord);

impl OfRepair<'_> {
    const FIELDS: [Field<Self>; 18] = [
        Field::whole("number", "Its place among all repairs, which only grows.", |it: &Self| {
            i64::try_from(it.0.number).ok()
        })
        .never_null(),
        vocabulary::symbol(|it: &Self| Some(it.0.repair.symbol.as_str().into())),
        Field::text("source", "Whose history has the fault.", |it: &Self| {
            Some(it.0.repair.source.as_str().into())
        })
        .never_null(),
        vocabulary::date(|it: &Self| Some(it.0.repair.date)),
        Field::text(
            "kind",
            "close: its close is wrong; missing: it has no bar of a day of trading.",
            |it: &Self| Some(it.wrong().map_or(MISSING, |_| CLOSE).into()),
        )
        .one_of(&[CLOSE, MISSING])
        .never_null(),
        Field::number(
            "published_close",
            "The close that is wrong, adjusted for splits as published; null of a missing bar.",
            |it: &Self| it.wrong().map(rounded),
        ),
        Field::number("close", "The close that is right, adjusted alike.", |it: &Self| {
            Some(rounded(it.0.repair.close))
        })
        .never_null(),
        Field::number("open", "The first price of the bar with that close.", |it: &Self| {
            it.bar()?.open.map(rounded)
        }),
        Field::number("high", "Its highest price.", |it: &Self| it.bar()?.high.map(rounded)),
        Field::number("low", "Its lowest price.", |it: &Self| it.bar()?.low.map(rounded)),
        Field::number("volume", "What was traded in it.", |it: &Self| it.bar()?.volume),
        vocabulary::currency(|it: &Self| Some(Currency::as_str(&it.0.repair.currency).into())),
        Field::text("by", "Whose bar that is.", |it: &Self| {
            Some(it.0.repair.by.as_str().into())
        })
        .never_null(),
        Field::text(
            "confirmed_by",
            "Who else says the same close; null of a missing bar, for which the days beside it speak.",
            |it: &Self| it.0.repair.confirmed_by.as_ref().map(|by| by.as_str().into()),
        ),
        Field::flag(
            "served",
            "Whether it takes the place of what its source says; else it is a suggestion. Only a bar that is sure to be adjusted alike is served.",
            |it: &Self| Some(it.0.repair.served),
        )
        .never_null(),
        Field::instant("since", "When it was found.", |it: &Self| Some(it.0.repair.since))
            .never_null(),
        Field::instant("until", "When it ended; null while it is in force.", |it: &Self| {
            it.0.ended.map(|(at, _)| at)
        }),
        Field::text(
            "ended",
            "How. corrected: its source has the fault no more; withdrawn: who knew better says something else; replaced: another took its place, or the setting changed; undone: somebody took it back, and it is not found again.",
            |it: &Self| it.0.ended.map(|(_, how)| RepairEnd::as_str(how).into()),
        )
        .one_of(&ENDS),
    ];

    fn wrong(&self) -> Option<Price> {
        self.0.repair.fault.close()
    }

    fn bar(&self) -> Option<&Bar> {
        self.0.repair.bar.as_ref()
    }
}

/// As those of bars are.
fn rounded(price: Price) -> f64 {
    in_fifteen_digits(price.get())
}

/// What is said once about all repairs.
#[derive(Serialize, schemars::JsonSchema)]
pub struct RepairsHead {
    /// Leads to the rest.
    next: Option<String>,
}

/// A table of repairs. `next` leads to the rest.
///
/// # Errors
///
/// A fault of ours.
pub fn table(repairs: &[RepairRecord], next: Option<String>) -> Result<Table, EncodeError> {
    let rows: Vec<_> = repairs.iter().map(OfRepair).collect();
    Ok(Table {
        constants: Constants::none(),
        head: Head::of(&RepairsHead { next })?,
        name: "repairs",
        rows: Arc::new(Built::of(&OfRepair::FIELDS, &rows)),
    })
}

/// The columns of a table of repairs.
pub fn columns() -> Vec<Described> {
    described(&OfRepair::FIELDS)
}

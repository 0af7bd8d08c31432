//! What is disputed, and was: who said what, since when, and how it ended.

use std::sync::Arc;

use market::{
    Currency, Differs, Disputed, DisputedClose, Interval, Matter, Outcome, Price, Quote, Source,
};
use serde::Serialize;
use table::{
    Built, Constants, Described, EncodeError, Field, Head, Table, described, in_fifteen_digits,
};

use super::vocabulary;

/// A price that two sources tell differently.
const SOURCES: &str = "sources";
/// A price that differs from what was believed before.
const LEAP: &str = "leap";
/// A history that differs by a factor from what was believed before.
const HISTORY: &str = "history";
/// A close that two sources tell differently.
const CLOSE: &str = "close";

/// The names of all outcomes.
const OUTCOMES: [&str; Outcome::ALL.len()] = {
    let [stood, gave_way, neither] = Outcome::ALL;
    [stood.as_str(), gave_way.as_str(), neither.as_str()]
};

/// A row of a table of disputes.
struct OfDispute<'a>(&'a Disputed);

impl OfDispute<'_> {
    const FIELDS: [Field<Self>; 16] = [
        Field::whole("number", "Its place among all disputes, which only grows.", |it: &Self| {
            i64::try_from(it.0.number).ok()
        })
        .never_null(),
        vocabulary::symbol(|it: &Self| Some(it.0.symbol.as_str().into())),
        Field::text(
            "kind",
            "sources: another source has another price at about the same time; leap: the price differs from what was believed before, and nothing decides; history: a source's history differs by a factor from what was believed before; close: another source says another close of a day.",
            |it: &Self| Some(it.kind().into()),
        )
        .one_of(&[SOURCES, LEAP, HISTORY, CLOSE])
        .never_null(),
        Field::text(
            "interval",
            "How long the bars of a disputed history are; null of a price.",
            |it: &Self| match &it.0.matter {
                Matter::History { interval, .. } => Some(Interval::as_str(*interval).into()),
                Matter::Price { .. } => None,
            },
        ),
        Field::date("date", "The trading date of a disputed close; else null.", |it: &Self| {
            Some(it.close()?.date)
        }),
        Field::text("source", "Whose price or history is disputed.", |it: &Self| {
            Some(it.source().as_str().into())
        })
        .never_null(),
        Field::number(
            "price",
            "The price shown when it began, or the close, adjusted for splits; null of a whole history.",
            |it: &Self| it.said().map(|(price, _)| price),
        ),
        vocabulary::currency(|it: &Self| it.currency().map(|it| Currency::as_str(it).into())),
        Field::instant("as_of", "When that price was true, as its source says.", |it: &Self| {
            it.prices()?.0.as_of
        }),
        Field::text("against", "Whose price spoke against it.", |it: &Self| {
            Some(it.against()?.as_str().into())
        }),
        Field::number(
            "against_price",
            "The price that spoke against it, or the close.",
            |it: &Self| it.said().map(|(_, price)| price),
        ),
        Field::instant(
            "against_as_of",
            "When that one was true, as its source says.",
            |it: &Self| it.prices()?.1.as_of,
        ),
        Field::number(
            "factor",
            "How many times what was believed before the history is; null of a price or a close.",
            |it: &Self| match &it.0.matter {
                Matter::History { differs, .. } => differs.factor(),
                Matter::Price { .. } => None,
            },
        ),
        Field::instant("since", "When it began.", |it: &Self| Some(it.0.since)).never_null(),
        Field::instant("until", "When it ended; null while it is open.", |it: &Self| it.0.until),
        Field::text(
            "outcome",
            "What is shown since it ended. stood: what was disputed, or what is nearer to it by half; gave_way: what spoke against it, or what is nearer to that; neither: nothing that is nearer to the one. Null while it is open, and where it is not known.",
            |it: &Self| it.0.outcome.map(|outcome| Outcome::as_str(outcome).into()),
        )
        .one_of(&OUTCOMES),
    ];

    fn kind(&self) -> &'static str {
        match &self.0.matter {
            Matter::Price { was_believed: true, .. } => LEAP,
            Matter::Price { .. } => SOURCES,
            Matter::History { differs: Differs::ByFactor(_), .. } => HISTORY,
            Matter::History { differs: Differs::Close(_), .. } => CLOSE,
        }
    }

    fn source(&self) -> &Source {
        match &self.0.matter {
            Matter::Price { shown, .. } => &shown.source,
            Matter::History { source, .. } => source,
        }
    }

    fn prices(&self) -> Option<(&Quote, &Quote)> {
        match &self.0.matter {
            Matter::Price { shown, against, .. } => Some((shown, against)),
            Matter::History { .. } => None,
        }
    }

    fn close(&self) -> Option<&DisputedClose> {
        match &self.0.matter {
            Matter::History { differs, .. } => differs.close(),
            Matter::Price { .. } => None,
        }
    }

    /// The two prices. Closes are rounded as those of bars are.
    fn said(&self) -> Option<(f64, f64)> {
        let prices = self.prices().map(|(shown, against)| (shown.price.get(), against.price.get()));
        let rounded = |close: Price| in_fifteen_digits(close.get());
        prices.or_else(|| self.close().map(|it| (rounded(it.close), rounded(it.against_close))))
    }

    fn currency(&self) -> Option<&Currency> {
        let of_price = self.prices().and_then(|(shown, _)| shown.currency.as_ref());
        of_price.or_else(|| self.close().map(|it| &it.currency))
    }

    fn against(&self) -> Option<&Source> {
        let of_price = self.prices().map(|(_, against)| &against.source);
        of_price.or_else(|| self.close().map(|it| &it.against))
    }
}

/// What is said once about all disputes.
#[derive(Serialize, schemars::JsonSchema)]
pub struct DisputesHead {
    /// Leads to the rest.
    next: Option<String>,
}

/// A table of disputes. `next` leads to the rest.
///
/// # Errors
///
/// A fault of ours.
pub fn table(disputes: &[Disputed], next: Option<String>) -> Result<Table, EncodeError> {
    let rows: Vec<_> = disputes.iter().map(OfDispute).collect();
    Ok(Table {
        constants: Constants::none(),
        head: Head::of(&DisputesHead { next })?,
        name: "disputes",
        rows: Arc::new(Built::of(&OfDispute::FIELDS, &rows)),
    })
}

/// The columns of a table of disputes.
pub fn columns() -> Vec<Described> {
    described(&OfDispute::FIELDS)
}

//! What stands beside a value that is shown: those of others, and those not believed.

use engine::{Quarantined, RejectedHistory};
use jiff::Timestamp;
use market::{Currency, Quote};
use serde::Serialize;
use table::Number;

/// A live price of another source that differs from the one shown.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Disputed<'a> {
    source: &'a str,
    price: Number,
    as_of: Option<Timestamp>,
}

impl<'a> From<&'a Quote> for Disputed<'a> {
    fn from(rival: &'a Quote) -> Self {
        let price = Number(rival.price.get());
        Self { source: rival.source.as_str(), price, as_of: rival.as_of }
    }
}

/// A price that is not believed, in short.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Doubted<'a> {
    price: Number,
    source: &'a str,
    why: String,
}

impl<'a> From<&'a Quarantined> for Doubted<'a> {
    fn from(aside: &'a Quarantined) -> Self {
        let quote = &aside.quote;
        Self {
            price: Number(quote.price.get()),
            source: quote.source.as_str(),
            why: aside.reason.to_string(),
        }
    }
}

/// A price that is not believed, with what is known of it.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct DoubtedInFull<'a> {
    #[serde(flatten)]
    short: Doubted<'a>,
    currency: Option<&'a str>,
    as_of: Option<Timestamp>,
    since: Timestamp,
    sightings: u32,
}

impl<'a> From<&'a Quarantined> for DoubtedInFull<'a> {
    fn from(aside: &'a Quarantined) -> Self {
        Self {
            short: aside.into(),
            currency: aside.quote.currency.as_ref().map(Currency::as_str),
            as_of: aside.quote.as_of,
            since: aside.since,
            sightings: aside.sightings,
        }
    }
}

/// A history that is not believed, with what is known of it.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct DoubtedHistoryInFull<'a> {
    symbol: &'a str,
    source: &'a str,
    why: String,
    since: Timestamp,
    sightings: u32,
}

impl<'a> From<&'a RejectedHistory> for DoubtedHistoryInFull<'a> {
    fn from(history: &'a RejectedHistory) -> Self {
        Self {
            symbol: history.symbol.as_str(),
            source: history.source.as_str(),
            why: history.reason.to_string(),
            since: history.since,
            sightings: history.sightings,
        }
    }
}

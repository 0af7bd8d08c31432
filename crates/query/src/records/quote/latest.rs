use std::sync::Arc;

use engine::Entry;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use table::Number;

use super::shown::{QuoteJson, quote_json};

/// The watched prices: one per label, and of each where it is from and how old.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Latest<'a> {
    /// When this answer was made.
    timestamp: Timestamp,
    /// A price per label; null where none can be had.
    #[schemars(with = "std::collections::BTreeMap<String, Option<Number>>")]
    data: Labelled<'a, Option<Number>>,
    /// What stands behind each price, by label.
    #[schemars(with = "std::collections::BTreeMap<String, QuoteJson<'a>>")]
    quotes: Labelled<'a, QuoteJson<'a>>,
}

/// A JSON object whose keys stand in the order of the watchlist.
struct Labelled<'a, T>(Vec<(&'a str, T)>);

impl<T: Serialize> Serialize for Labelled<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(label, value)| (label, value)))
    }
}

/// The body of `/latest`: a price per label, and beside it what stands behind it.
pub fn latest(entries: &[Arc<Entry>], now: Timestamp) -> Vec<u8> {
    let price = |entry: &Entry| entry.quote.as_ref().map(|quote| Number(quote.price.get()));
    let latest = Latest {
        timestamp: now,
        data: labelled(entries, price),
        quotes: labelled(entries, |entry| quote_json(entry, now)),
    };
    serde_json::to_vec(&latest).expect("texts and finite numbers are always JSON")
}

fn labelled<'a, T>(entries: &'a [Arc<Entry>], value: impl Fn(&'a Entry) -> T) -> Labelled<'a, T> {
    let pair = |entry: &'a Arc<Entry>| (entry.instrument.symbol.as_str(), value(entry));
    Labelled(entries.iter().map(pair).collect())
}

use engine::Entry;
use jiff::Timestamp;
use market::Quote;
use query::records::quote::without_noise;
use serde::Serialize;

use crate::named::named;

/// A figure in large letters, with by how many per cent it has changed.
#[derive(Serialize)]
pub(super) struct Metric {
    label: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    delta: Option<String>,
}

impl Metric {
    /// The price of an instrument. One that is not fresh says so in its label, where a
    /// reader sees it.
    pub(super) fn of(entry: &Entry, quote: &Quote, now: Timestamp) -> Self {
        let price = quote.price.get();
        let currency = quote.currency.as_ref().map(|currency| format!(" {currency}"));
        let change = quote.change_percent().map(without_noise);
        Self {
            label: named(entry, now),
            value: format!("{price}{}", currency.unwrap_or_default()),
            delta: change.map(|change| format!("{change:.2}")),
        }
    }
}

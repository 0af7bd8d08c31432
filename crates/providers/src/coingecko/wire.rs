//! The shapes of `CoinGecko`'s answers.

use std::collections::HashMap;

use serde::Deserialize;

use crate::json::Figure;

/// Ids to what is known of each: its price by currency, `{currency}_24h_change`
/// and `last_updated_at`.
pub(super) type Prices = HashMap<String, HashMap<String, Figure>>;

#[derive(Deserialize)]
pub(super) struct MarketChart {
    /// Milliseconds since 1970 and the price then, as a rule.
    pub(super) prices: Vec<Vec<Figure>>,
}

/// A refusal nests its status at differing depths, or is a bare text.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Refusal {
    Nested { error: Nested },
    Flat(Nested),
    Text { error: String },
}

#[derive(Deserialize)]
pub(super) struct Nested {
    pub(super) status: Status,
}

#[derive(Deserialize)]
pub(super) struct Status {
    pub(super) error_code: i64,
}

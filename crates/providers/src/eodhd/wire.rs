//! The shapes of EODHD's answers.

use serde::Deserialize;

use crate::json::Figure;

/// `/real-time/{code}`: the text `NA` stands in place of a number where there is none.
#[derive(Debug, Deserialize)]
pub(super) struct Quoted {
    /// With the exchange or without.
    pub(super) code: String,
    /// In seconds since 1970.
    #[serde(default)]
    pub(super) timestamp: Figure,
    /// The latest price.
    #[serde(default)]
    pub(super) close: Figure,
    #[serde(default)]
    pub(super) high: Figure,
    #[serde(default)]
    pub(super) low: Figure,
    #[serde(default)]
    pub(super) volume: Figure,
    #[serde(default, rename = "previousClose")]
    pub(super) previous_close: Figure,
}

/// A row of `/eod/{code}` or `/intraday/{code}`, oldest first.
#[derive(Debug, Deserialize)]
pub(super) struct Value {
    /// Of a day.
    pub(super) date: Option<String>,
    /// Of a bar within one, in seconds since 1970.
    #[serde(default)]
    pub(super) timestamp: Figure,
    #[serde(default)]
    pub(super) open: Figure,
    #[serde(default)]
    pub(super) high: Figure,
    #[serde(default)]
    pub(super) low: Figure,
    #[serde(default)]
    pub(super) close: Figure,
    /// For splits and payments.
    #[serde(default)]
    pub(super) adjusted_close: Figure,
    /// Of a day in shares as they are counted now.
    #[serde(default)]
    pub(super) volume: Figure,
    /// That the plan of the key has less than was asked for.
    pub(super) warning: Option<String>,
}

/// A row of `/splits/{code}`: `4.000000/1.000000` is new shares and old ones.
#[derive(Debug, Deserialize)]
pub(super) struct Split {
    pub(super) date: String,
    pub(super) split: String,
}

/// A row of `/div/{code}`.
#[derive(Debug, Deserialize)]
pub(super) struct Payment {
    pub(super) date: String,
    /// For one share as shares are counted now.
    #[serde(default)]
    pub(super) value: Figure,
    pub(super) currency: Option<String>,
}

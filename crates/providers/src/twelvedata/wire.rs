//! The shapes of Twelve Data's answers. Prices and volumes are written as texts, rates and
//! instants as numbers.

use serde::Deserialize;

use crate::json::{self, Figure, Row};

/// `/quote`.
#[derive(Debug, Deserialize)]
pub(super) struct Quoted {
    pub(super) symbol: String,
    pub(super) name: Option<String>,
    pub(super) mic_code: Option<String>,
    pub(super) currency: Option<String>,
    /// When it was last quoted, in seconds since 1970. Older answers lack it.
    #[serde(default)]
    pub(super) last_quote_at: Figure,
    /// The latest price.
    #[serde(default, deserialize_with = "json::written")]
    pub(super) close: Figure,
    #[serde(default, deserialize_with = "json::written")]
    pub(super) high: Figure,
    #[serde(default, deserialize_with = "json::written")]
    pub(super) low: Figure,
    #[serde(default, deserialize_with = "json::written")]
    pub(super) volume: Figure,
    #[serde(default, deserialize_with = "json::written")]
    pub(super) previous_close: Figure,
}

/// `/exchange_rate`.
#[derive(Debug, Deserialize)]
pub(super) struct Rated {
    pub(super) symbol: String,
    #[serde(default)]
    pub(super) rate: Figure,
    /// In seconds since 1970.
    #[serde(default)]
    pub(super) timestamp: Figure,
}

/// `/time_series`, newest first.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    pub(super) meta: Meta,
    #[serde(default)]
    pub(super) values: Vec<Row<Value>>,
}

/// What bars are about.
#[derive(Debug, Deserialize)]
pub(super) struct Meta {
    pub(super) symbol: String,
    pub(super) interval: Option<String>,
    pub(super) currency: Option<String>,
    pub(super) exchange_timezone: Option<String>,
    pub(super) mic_code: Option<String>,
}

/// One bar: `2021-07-01`, or `2023-08-24 11:09:00` in the zone asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Value {
    pub(super) datetime: String,
    #[serde(default, deserialize_with = "json::written")]
    pub(super) open: Figure,
    #[serde(default, deserialize_with = "json::written")]
    pub(super) high: Figure,
    #[serde(default, deserialize_with = "json::written")]
    pub(super) low: Figure,
    #[serde(default, deserialize_with = "json::written")]
    pub(super) close: Figure,
    #[serde(default, deserialize_with = "json::written")]
    pub(super) volume: Figure,
}

/// What is said in place of an answer, also with status 200.
#[derive(Debug, Deserialize)]
pub(super) struct Complaint {
    pub(super) code: u16,
    #[serde(default)]
    pub(super) message: String,
}

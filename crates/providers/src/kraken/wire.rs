use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::Figure;

/// What distinguishes messages.
#[derive(Deserialize)]
pub(super) struct Head {
    pub(super) channel: Option<String>,
    pub(super) success: Option<bool>,
    #[serde(alias = "Error")]
    pub(super) error: Option<String>,
    /// The pair an answer to a request is about.
    pub(super) symbol: Option<String>,
}

/// A message of a channel, each part to be read on its own.
#[derive(Deserialize)]
pub(super) struct Channel {
    pub(super) data: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
pub(super) struct Ticker {
    pub(super) symbol: String,
    #[serde(default)]
    pub(super) last: Figure,
    /// In units of the asset, over 24 hours, as are the next three.
    #[serde(default)]
    pub(super) volume: Figure,
    #[serde(default)]
    pub(super) low: Figure,
    #[serde(default)]
    pub(super) high: Figure,
    #[serde(default)]
    pub(super) change: Figure,
    /// Sent since 2026.
    pub(super) timestamp: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct Status {
    pub(super) system: String,
}

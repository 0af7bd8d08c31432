use jiff::Timestamp;
use serde::Deserialize;

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

/// A message of a channel.
#[derive(Deserialize)]
pub(super) struct Channel<T> {
    pub(super) data: Vec<T>,
}

#[derive(Deserialize)]
pub(super) struct Ticker {
    pub(super) symbol: String,
    pub(super) last: Option<f64>,
    /// In units of the asset, over 24 hours, as are the next three.
    pub(super) volume: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    pub(super) change: Option<f64>,
    /// Sent since 2026.
    pub(super) timestamp: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct Status {
    pub(super) system: String,
}

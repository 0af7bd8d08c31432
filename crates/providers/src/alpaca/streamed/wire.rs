use jiff::Timestamp;
use serde::Deserialize;

use crate::json::Figure;

/// What tells what a part of a message is.
#[derive(Deserialize)]
pub(super) struct Head {
    #[serde(rename = "T")]
    pub(super) kind: String,
}

/// `success`: a step was taken.
#[derive(Deserialize)]
pub(super) struct Success {
    pub(super) msg: String,
}

/// `error`: one was refused.
#[derive(Deserialize)]
pub(super) struct Refusal {
    pub(super) code: u16,
}

/// `t`: a trade.
#[derive(Deserialize)]
pub(super) struct Trade {
    #[serde(rename = "S")]
    pub(super) ticker: String,
    #[serde(rename = "p", default)]
    pub(super) price: Figure,
    #[serde(rename = "t")]
    pub(super) at: Timestamp,
    /// Of what sort, as the tapes have them.
    #[serde(rename = "c", default)]
    pub(super) conditions: Vec<String>,
}

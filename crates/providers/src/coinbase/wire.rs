//! The shapes of Coinbase's answers.

use jiff::Timestamp;
use serde::Deserialize;

use crate::json::{Figure, written};

/// `/products/{pair}/ticker`: the last trade.
#[derive(Debug, Deserialize)]
pub(super) struct Ticker {
    #[serde(default, deserialize_with = "written")]
    pub(super) price: Figure,
    /// Of the last 24 hours.
    #[serde(default, deserialize_with = "written")]
    pub(super) volume: Figure,
    pub(super) time: Option<Timestamp>,
}

/// One of `/products/{pair}/candles`: when it begins (in seconds), low, high, open, close,
/// volume.
pub(super) type Candle = [Figure; 6];

/// What is said in place of an answer.
#[derive(Debug, Deserialize)]
pub(super) struct Complaint {
    pub(super) message: String,
}

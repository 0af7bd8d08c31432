//! The shapes of Binance's answers. Figures are written as texts.

use serde::Deserialize;

use crate::json::{Figure, written};

/// `/api/v3/ticker/24hr`: the last 24 hours of a pair.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ticker {
    pub(super) symbol: String,
    #[serde(default, deserialize_with = "written")]
    pub(super) last_price: Figure,
    /// The price 24 hours ago.
    #[serde(default, deserialize_with = "written")]
    pub(super) open_price: Figure,
    #[serde(default, deserialize_with = "written")]
    pub(super) high_price: Figure,
    #[serde(default, deserialize_with = "written")]
    pub(super) low_price: Figure,
    #[serde(default, deserialize_with = "written")]
    pub(super) volume: Figure,
    /// When these hours end, in milliseconds.
    #[serde(default)]
    pub(super) close_time: Figure,
}

/// One of `/api/v3/klines`: when it begins (in milliseconds), open, high, low, close, volume,
/// and what is not read.
pub(super) type Kline = Vec<Written>;

/// A figure that may be written as a text.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Written(#[serde(deserialize_with = "written")] pub(super) Figure);

/// What is said in place of an answer.
#[derive(Debug, Deserialize)]
pub(super) struct Complaint {
    pub(super) code: i64,
}

//! The shapes of Tiingo's answers. Rows are read one by one, so that an odd one spoils no other.

use serde::Deserialize;

use crate::json::Figure;

/// One row of `/iex/`. While the market is closed nine of its fields are null; the latest
/// price and the close before are not among them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Top {
    pub(super) ticker: String,
    pub(super) timestamp: Option<String>,
    #[serde(default)]
    pub(super) tngo_last: Figure,
    #[serde(default)]
    pub(super) prev_close: Figure,
    #[serde(default)]
    pub(super) high: Figure,
    #[serde(default)]
    pub(super) low: Figure,
}

/// One row of `/tiingo/daily/{ticker}/prices`: prices as traded, the close adjusted for all
/// that came after, and what happened on the day.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Day {
    pub(super) date: Option<String>,
    #[serde(default)]
    pub(super) open: Figure,
    #[serde(default)]
    pub(super) high: Figure,
    #[serde(default)]
    pub(super) low: Figure,
    #[serde(default)]
    pub(super) close: Figure,
    #[serde(default)]
    pub(super) adj_close: Figure,
    #[serde(default)]
    pub(super) volume: Figure,
    /// What was paid per share on the ex-date, in shares of that day; zero where nothing was.
    #[serde(default)]
    pub(super) div_cash: Figure,
    /// New shares for one old on the ex-date; one where there was no split.
    #[serde(default)]
    pub(super) split_factor: Figure,
}

/// What is said in place of an answer.
#[derive(Debug, Deserialize)]
pub(super) struct Complaint {
    pub(super) detail: String,
}

//! The shapes of Alpaca's answers.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::json::{Figure, Row};

/// `/v2/stocks/snapshots`, by ticker. What is not known there is not in it.
pub(super) type Snapshots = HashMap<String, Row<Snapshot>>;

/// The latest of one share. Each part may be missing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Snapshot {
    pub(super) latest_trade: Option<Trade>,
    pub(super) daily_bar: Option<Value>,
}

/// A trade, at any hour.
#[derive(Debug, Deserialize)]
pub(super) struct Trade {
    #[serde(rename = "t")]
    pub(super) at: Timestamp,
    #[serde(default, rename = "p")]
    pub(super) price: Figure,
}

/// `/v2/stocks/bars`, oldest first.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    /// By ticker; `null` or without the ticker where there are none. That the field itself
    /// is missing is an error.
    #[serde(deserialize_with = "Option::deserialize")]
    pub(super) bars: Option<HashMap<String, Vec<Row<Value>>>>,
    /// Where there are more.
    #[serde(default)]
    pub(super) next_page_token: Option<String>,
}

/// One bar. That of a day begins at midnight in New York.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Value {
    #[serde(rename = "t")]
    pub(super) at: Timestamp,
    #[serde(default, rename = "o")]
    pub(super) open: Figure,
    #[serde(default, rename = "h")]
    pub(super) high: Figure,
    #[serde(default, rename = "l")]
    pub(super) low: Figure,
    #[serde(default, rename = "c")]
    pub(super) close: Figure,
    #[serde(default, rename = "v")]
    pub(super) volume: Figure,
}

/// `/v1/corporate-actions`.
#[derive(Debug, Deserialize)]
pub(super) struct Happened {
    pub(super) corporate_actions: Actions,
    /// Where there are more.
    #[serde(default)]
    pub(super) next_page_token: Option<String>,
}

/// What happened, by kind.
#[derive(Debug, Deserialize)]
pub(super) struct Actions {
    #[serde(default)]
    pub(super) cash_dividends: Vec<Row<Action>>,
    #[serde(default)]
    pub(super) forward_splits: Vec<Row<Action>>,
    #[serde(default)]
    pub(super) reverse_splits: Vec<Row<Action>>,
    #[serde(default)]
    pub(super) stock_dividends: Vec<Row<Action>>,
    #[serde(default)]
    pub(super) name_changes: Vec<Row<Renamed>>,
}

/// Another ticker for the same share.
#[derive(Debug, Deserialize)]
pub(super) struct Renamed {
    pub(super) new_symbol: String,
}

/// One of them: a payment has a rate, a split two.
#[derive(Debug, Deserialize)]
pub(super) struct Action {
    pub(super) symbol: String,
    pub(super) ex_date: Option<String>,
    /// Dollars for each share as shares were counted then.
    #[serde(default)]
    pub(super) rate: Figure,
    /// Shares after it, and before.
    #[serde(default)]
    pub(super) new_rate: Figure,
    #[serde(default)]
    pub(super) old_rate: Figure,
}

/// What is said in place of an answer.
#[derive(Debug, Deserialize)]
pub(super) struct Complaint {
    pub(super) message: String,
}

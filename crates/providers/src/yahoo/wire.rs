//! The shapes of the answers about charts, sparks and searches. Anything may be missing.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::json::Figure;

/// The outermost object, whose one key differs between endpoints and errors.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    #[serde(alias = "chart", alias = "spark", alias = "finance", alias = "quoteSummary")]
    pub(super) outcome: Outcome<T>,
}

#[derive(Deserialize)]
pub(super) struct Outcome<T> {
    pub(super) result: Option<Vec<T>>,
    pub(super) error: Option<Refusal>,
}

#[derive(Default, Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) code: String,
    #[serde(default)]
    pub(super) description: String,
}

impl Refusal {
    pub(super) fn is_not_found(&self) -> bool {
        self.code == "Not Found"
    }
}

/// What there is on one of several symbols.
#[derive(Deserialize)]
pub(super) struct Spark {
    pub(super) symbol: String,
    /// As a rule one [`Chart`] with closes alone. Each is read on its own, so
    /// that an odd one does not spoil the others.
    #[serde(default)]
    pub(super) response: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
pub(super) struct Chart {
    pub(super) meta: Meta,
    pub(super) timestamp: Option<Column>,
    pub(super) indicators: Indicators,
    pub(super) events: Option<Events>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Meta {
    pub(super) currency: Option<String>,
    pub(super) symbol: Option<String>,
    pub(super) data_granularity: Option<String>,
    pub(super) exchange_name: Option<String>,
    pub(super) full_exchange_name: Option<String>,
    pub(super) instrument_type: Option<String>,
    pub(super) exchange_timezone_name: Option<String>,
    pub(super) long_name: Option<String>,
    pub(super) short_name: Option<String>,
    pub(super) regular_market_time: Option<i64>,
    #[serde(default)]
    pub(super) regular_market_price: Figure,
    #[serde(default)]
    pub(super) regular_market_day_high: Figure,
    #[serde(default)]
    pub(super) regular_market_day_low: Figure,
    #[serde(default)]
    pub(super) regular_market_volume: Figure,
    #[serde(default)]
    pub(super) fifty_two_week_high: Figure,
    #[serde(default)]
    pub(super) fifty_two_week_low: Figure,
    #[serde(default)]
    pub(super) previous_close: Figure,
    #[serde(default)]
    pub(super) price_hint: Figure,
    /// When it first traded, in seconds of Unix time; negative before 1970.
    #[serde(default)]
    pub(super) first_trade_date: Figure,
    pub(super) current_trading_period: Option<Periods>,
}

#[derive(Deserialize)]
pub(super) struct Periods {
    pub(super) pre: Option<Stretch>,
    pub(super) regular: Option<Stretch>,
    pub(super) post: Option<Stretch>,
}

#[derive(Deserialize)]
pub(super) struct Stretch {
    pub(super) start: i64,
    pub(super) end: i64,
}

#[derive(Deserialize)]
pub(super) struct Indicators {
    #[serde(default)]
    pub(super) quote: Vec<Columns>,
    #[serde(default)]
    pub(super) adjclose: Vec<Adjusted>,
}

pub(super) type Column = Vec<Figure>;

#[derive(Default, Deserialize)]
pub(super) struct Columns {
    pub(super) open: Option<Column>,
    pub(super) high: Option<Column>,
    pub(super) low: Option<Column>,
    pub(super) close: Option<Column>,
    pub(super) volume: Option<Column>,
}

#[derive(Deserialize)]
pub(super) struct Adjusted {
    pub(super) adjclose: Option<Column>,
}

/// Keyed by the start of the bar an event falls into, which is not its date. Each
/// is a [`Payment`] or a [`Split`], and read on its own, so that an odd one does
/// not spoil the others.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Events {
    #[serde(default)]
    pub(super) dividends: HashMap<String, Box<RawValue>>,
    #[serde(default)]
    pub(super) splits: HashMap<String, Box<RawValue>>,
    #[serde(default)]
    pub(super) capital_gains: HashMap<String, Box<RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Payment {
    pub(super) amount: Figure,
    pub(super) date: Figure,
    /// Empty, or left out, where it is that of the prices.
    pub(super) currency: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Split {
    pub(super) date: Figure,
    pub(super) numerator: Figure,
    pub(super) denominator: Figure,
}

/// What a search found.
#[derive(Deserialize)]
pub(super) struct Found {
    /// Each is a [`Hit`], or something that is no instrument and then says
    /// `isYahooFinance: false`.
    pub(super) quotes: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hit {
    pub(super) symbol: String,
    pub(super) quote_type: Option<String>,
    /// The place by Yahoo's code, and by a name for people that not all have.
    pub(super) exchange: Option<String>,
    pub(super) exch_disp: Option<String>,
    pub(super) longname: Option<String>,
    pub(super) shortname: Option<String>,
}

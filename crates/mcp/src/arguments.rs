//! What tools take, and nothing else: a name that is none of these is no wish to pass over.
//! Texts are read into kinds of values by each tool, so that what cannot
//! be used is answered with a sentence that says what would work.

use rmcp::schemars;
use schemars::JsonSchema;
use serde::Deserialize;

/// What to look for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    /// A name, a symbol or an ISIN, or a part of one: `apple`, `AIR.PA`, `US0378331005`.
    pub(crate) text: String,
}

/// Whose prices.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Quotes {
    /// Up to 100 symbols: `AAPL`, `AIR.PA`, `^GSPC`, a currency pair such as `EUR/USD`, or a
    /// crypto asset such as `BTC/EUR`.
    pub(crate) symbols: Vec<String>,
    /// What was known at this instant (RFC 3339, such as `2026-03-02T15:00:00Z`) rather than now.
    pub(crate) as_of: Option<String>,
}

/// Which bars.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bars {
    /// Such as `AAPL`, `EUR/USD` or `BTC/EUR`.
    pub(crate) symbol: String,
    /// How long each bar is: 1m 5m 15m 30m 1h 1d 1wk 1mo. A day, where it is left out.
    pub(crate) interval: Option<String>,
    /// How far back from now: 1d 5d 7d 1mo 3mo 6mo 1y 2y 5y 10y ytd max. Not with `from`.
    pub(crate) period: Option<String>,
    /// The first date or instant, such as `2025-01-02`.
    pub(crate) from: Option<String>,
    /// The last date or instant. Now, where it is left out.
    pub(crate) to: Option<String>,
    /// What prices are adjusted for: `none`, `splits` (where it is left out), or `all`, which is
    /// splits and dividends.
    pub(crate) adjust: Option<String>,
    /// At most so many bars, the newest: 200, where it is left out; 5000 at most.
    pub(crate) limit: Option<u32>,
    /// What was known at this instant (RFC 3339) rather than now.
    pub(crate) as_of: Option<String>,
}

/// Whose dividends and splits.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Actions {
    /// Such as `AAPL`.
    pub(crate) symbol: String,
    /// The first ex-date, such as `2020-01-01`.
    pub(crate) from: Option<String>,
    /// The last ex-date.
    pub(crate) to: Option<String>,
}

/// How much of which currency in which other.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Convert {
    /// How much: a positive number.
    pub(crate) amount: f64,
    /// Of what: a code of ISO 4217 such as `EUR`, or of a crypto asset such as `BTC`.
    pub(crate) from: String,
    /// In what.
    pub(crate) to: String,
    /// By the closing rate of this day, such as `2025-06-30`. By the latest, where it is left out.
    pub(crate) date: Option<String>,
}

/// Which price to explain.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Explain {
    /// Such as `AAPL`.
    pub(crate) symbol: String,
}

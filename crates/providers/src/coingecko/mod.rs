//! `CoinGecko`'s public API: prices of crypto assets (`/api/v3/simple/price`) and
//! their daily closes of the last year (`/coins/{id}/market_chart`).
//!
//! Terms: free without a key at some 5 to 15 calls a minute; attribution
//! ("Data provided by `CoinGecko`", with a link) is required; redistribution of
//! the data as such is not allowed. Prices are averages over many exchanges.

mod client;
mod coins;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod parse;
mod wire;

pub use client::CoinGecko;

/// Where the service answers.
pub const BASE_URL: &str = "https://api.coingecko.com";

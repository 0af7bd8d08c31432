//! Yahoo Finance: history and quotes of any instrument, from the chart endpoint
//! (`/v8/finance/chart/{symbol}`), quotes of many at once, from the spark
//! endpoint (`/v7/finance/spark`), and instruments by name, from the search
//! (`/v1/finance/search`). Prices as they change come from the streamer. None
//! needs a cookie or a key.
//!
//! The interface is undocumented and its data is for personal use under
//! Yahoo's terms; an operator who serves others has to hold the rights.
//! What is said here about its answers was read off recorded ones.

mod client;
mod exchanges;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod native;
mod parse;
mod streamer;
pub(crate) mod window;
mod wire;

pub use client::Yahoo;
pub use streamer::YahooStreamer;

/// Where Yahoo answers.
pub const BASE_URL: &str = "https://query1.finance.yahoo.com";

/// Where Yahoo's streamer answers, in the version that wraps prices in JSON.
pub const STREAM_URL: &str = "wss://streamer.finance.yahoo.com/?version=2";

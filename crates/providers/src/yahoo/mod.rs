//! Yahoo Finance: history and quotes of any instrument, from the chart endpoint
//! (`/v8/finance/chart/{symbol}`), quotes of many at once, from the spark
//! endpoint (`/v7/finance/spark`), and instruments by name, from the search
//! (`/v1/finance/search`). None needs a cookie or a key.
//!
//! The interface is undocumented and its data is for personal use under
//! Yahoo's terms; an operator who serves others has to hold the rights.
//! What is said here about its answers was read off recorded ones.

mod client;
mod exchanges;
mod native;
mod parse;
pub(crate) mod window;
mod wire;

pub use client::Yahoo;

/// Where Yahoo answers.
pub const BASE_URL: &str = "https://query1.finance.yahoo.com";

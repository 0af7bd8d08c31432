//! Kraken's WebSocket (version 2): prices of crypto assets at each trade, from
//! the `ticker` channel. Public, without a key.
//!
//! In version 2 pairs are written as we write them (`BTC/EUR`; version 1 and the
//! REST interface have `XBT/EUR` and `XXBTZEUR`) and prices are JSON numbers.

#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod parse;
mod stream;
mod wire;

pub use parse::{Message, read};
pub use stream::Kraken;

/// Where the stream answers.
pub const STREAM_URL: &str = "wss://ws.kraken.com/v2";

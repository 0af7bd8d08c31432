//! Kraken's WebSocket (version 2): prices of crypto assets at each trade, from
//! the `ticker` channel, and bars as they grow, from the `ohlc` channel. Public,
//! without a key. Only the ticker is subscribed to.
//!
//! In version 2 pairs are written as we write them (`BTC/EUR`; version 1 and the
//! REST interface have `XBT/EUR` and `XXBTZEUR`) and prices are JSON numbers.

mod parse;
mod stream;
mod wire;

pub use parse::{Candle, Message, read};
pub use stream::Kraken;

/// Where the stream answers.
pub const STREAM_URL: &str = "wss://ws.kraken.com/v2";

//! What upstreams' streams say as the clock moves: Yahoo's streamer, Kraken's
//! public stream, version 2, and Alpaca's trades.
//!
//! `yahoo`, `kraken` and `alpaca` know what each says and understands, `line` who is
//! connected and what is followed there.

mod alpaca;
mod dialect;
mod kraken;
mod line;
mod prices;
mod request;
mod yahoo;

pub(super) use dialect::Dialect;
pub use line::Stream;
pub(super) use line::Streams;
pub(super) use prices::Prices;
pub(super) use yahoo::is_symbol;

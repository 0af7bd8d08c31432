//! What upstreams' streams say as the clock moves: Yahoo's streamer, and Kraken's
//! public stream, version 2.
//!
//! `yahoo` and `kraken` know what each says and understands, `line` who is
//! connected and what is followed there.

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

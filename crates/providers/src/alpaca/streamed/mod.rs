//! Alpaca's stream: trades of shares and funds as one exchange (IEX) makes them. Who comes
//! says by a key who it is before it subscribes; the free plan is for one connection, on
//! which thirty instruments are followed
//! (<https://docs.alpaca.markets/docs/real-time-stock-pricing-data>).

mod parse;
mod stream;
mod wire;

#[cfg(any(test, fuzzing))]
pub(super) use parse::{Part, read};
pub use stream::AlpacaStream;

//! The fake upstreams over real HTTP and WebSocket.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
mod coingecko;
mod faults;
mod rates;
mod recordings;
mod streams;
mod yahoo;

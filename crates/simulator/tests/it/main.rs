//! The fake upstreams over real HTTP.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
mod coingecko;
mod faults;
mod rates;
mod recordings;
mod yahoo;

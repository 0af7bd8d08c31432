//! One folder per upstream: fetch its answers and read them into domain types.
//!
//! Every folder has the same rooms: `client` asks, `wire` holds the shapes of
//! the upstream's answers, `parse` turns bytes into domain types and does
//! nothing else. (The ECB's files are read by name and need no `wire`.) Where an
//! upstream sends prices over a WebSocket, `stream` knows how to subscribe, and
//! `socket`, which they share, keeps the connection. What an upstream calls an
//! instrument stays in its folder. How much each may be asked, and on what terms,
//! stands in `upstreams.toml`.

mod allowances;
pub mod coingecko;
mod cut;
pub mod demo;
pub mod ecb;
pub mod er_api;
#[cfg(any(test, fuzzing))]
mod fuzz;
pub mod http;
mod json;
pub mod kraken;
#[cfg(test)]
mod mutation;
mod socket;
pub mod yahoo;

pub use allowances::allowances;
pub use coingecko::CoinGecko;
pub use demo::Demo;
pub use ecb::Ecb;
pub use er_api::ErApi;
pub use http::Client;
pub use kraken::Kraken;
pub use socket::StreamLimits;
pub use yahoo::{Yahoo, YahooStreamer};

//! One folder per upstream: fetch its answers and read them into domain types.
//!
//! Every folder has the same rooms: `facts` says what is known of the source
//! before it is asked (what it has, where it is, how much it may be asked and on
//! what terms), `client` asks, `wire` holds the shapes of its answers, `parse`
//! turns bytes into domain types and does nothing else. (The ECB's files are read
//! by name and need no `wire`.) Where an upstream sends prices over a WebSocket,
//! `stream` knows how to subscribe, and `socket`, which they share, holds the
//! connection. An exchange for coins has its words in `venue`, and the client of all of
//! them, `exchange`. What an upstream calls an instrument stays in its folder.
//!
//! `registry` lists them all, and whoever needs to know which sources there are
//! asks it. A new one is its folder and its line there.

pub mod alpaca;
mod bare;
pub mod binance;
pub mod coinbase;
pub mod coingecko;
mod cut;
pub mod demo;
pub mod ecb;
pub mod eodhd;
pub mod er_api;
mod exchange;
#[cfg(any(test, fuzzing))]
mod fuzz;
pub mod http;
mod json;
pub mod kraken;
#[cfg(test)]
mod mutation;
mod offered;
mod one_by_one;
mod pieces;
mod provider;
mod refused;
mod registry;
mod rows;
mod shares_of_today;
mod socket;
pub mod tiingo;
pub mod twelvedata;
mod united_states;
pub mod yahoo;

pub use demo::Simulator;
pub use exchange::Exchange;
pub use http::Client;
pub use provider::{Access, Key, Kit, Provider};
pub use registry::{
    WITH_HISTORY, WITH_REFERENCE_RATES, all_moved_to, label, registry, spellings, upstream,
    upstreams,
};
pub use socket::{Dialer, StreamLimits};

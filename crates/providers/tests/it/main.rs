//! Providers over HTTP, against the simulator's upstreams and one of our own
//! that answers byte by byte as a test says.

#![expect(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod alpaca;
mod asks;
mod coins;
mod documents;
mod eodhd;
mod faults;
mod log;
mod registry;
mod search;
mod simulated;
mod spark;
mod streams;
mod tiingo;
mod twelvedata;
mod unnamed;
mod upstream;

//! The service: routes, pages, settings and the `marketpulse` command.
//!
//! The only crate that knows HTTP and JSON. Everything here turns a question
//! into one the engine understands, or the engine's answer into bytes.

mod adjusted;
mod api;
mod app;
mod ask;
mod cache_policy;
mod cli;
mod commands;
mod config;
mod connections;
mod error;
mod format;
mod front;
mod indicators;
mod json;
mod latest;
mod log;
mod pages;
mod paging;
mod params;
mod parts;
mod reply;
mod router;
mod routes;
mod rows;
mod stream;
mod tabular;

pub use app::{App, SystemClock};
pub use cli::main;
pub use config::{Config, ConfigFaults, Environment};
pub use connections::serve;
pub use front::Front;
pub use router::router;

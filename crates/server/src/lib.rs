//! The service: routes, pages, settings and the `marketpulse` command.
//!
//! The only crate that knows HTTP and JSON. Everything here turns a question
//! into one the engine understands, or the engine's answer into bytes.

mod app;
mod cache_policy;
mod cli;
mod commands;
mod config;
mod error;
mod json;
mod latest;
mod log;
mod pages;
mod params;
mod parts;
mod router;
mod routes;

pub use app::{App, SystemClock};
pub use cli::main;
pub use config::{Config, ConfigFaults, Environment};
pub use router::router;

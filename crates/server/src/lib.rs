//! The service: faces over `query`. Handlers are thin: each turns a request into
//! a question, and the answer into a reply.
//!
//! Together with `http` the only crate that knows HTTP.

mod admission;
mod api;
mod app;
mod as_of;
mod ask;
mod classic;
mod config;
mod control;
mod documents;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod health;
mod healthcheck;
mod limits;
mod metrics;
mod pages;
mod router;
mod run;
mod standalone;
mod start_error;
mod v1;
mod wiring;

pub use app::{App, StoppedClock, SystemClock};
pub use config::{Config, ConfigFaults, Environment, Reach, SETTINGS, Upstreams, service_address};
pub use control::{Asked, Commands, Input, Line, Said, ask_service};
pub use facades::{HOSTS, LED, away};
pub use healthcheck::{healthcheck, reachable};
pub use http::connections::serve;
pub use http::{Front, Peer};
pub use providers::{WITH_HISTORY, spellings};
pub use router::{router, routes};
pub use run::{run, stop_requested};
pub use standalone::Standalone;
pub use start_error::StartError;
pub use store::{Copied, Holder, Opening};
pub use wiring::engine;

//! The kit of an HTTP service: connections, what every request passes, what a
//! route takes, replies with their codings and conditions, problem documents, the
//! log.
//!
//! Knows no market: nothing here says what is served.

pub mod accept;
mod cache_policy;
mod caller;
pub mod connections;
mod cookies;
mod declared;
mod front;
pub mod kinds;
pub mod log;
mod params;
mod problem;
pub mod reply;
mod request;
mod routes;
mod seconds;
#[cfg(test)]
mod tests;

pub use cache_policy::CachePolicy;
pub use caller::{Caller, Clearance, Peer, RateLimit};
pub use cookies::cookies;
pub use declared::{AnyParam, Described, Kind, Operation, Param, Place};
pub use front::{
    Admission, Answers, Front, Gate, Gated, Hosts, Needs, Origins, Spelled, Standing, Stands, Time,
    TurnedAway, Wording,
};
pub use params::Params;
pub use problem::Problem;
pub use request::Given;
pub use routes::Routes;

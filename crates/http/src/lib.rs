//! The kit of an HTTP service: connections, what every request passes, replies
//! with their codings and conditions, problem documents, the log.
//!
//! Knows no market: nothing here says what is served.

pub mod accept;
mod cache_policy;
pub mod connections;
mod front;
pub mod log;
mod problem;
pub mod reply;

pub use cache_policy::CachePolicy;
pub use front::Front;
pub use problem::Problem;

//! What the tests of several crates share.
//!
//! A dependency of tests alone: nothing that is shipped knows it. Tests inside the
//! sources of `market`, of `providers` and of the simulator can use no more of it than
//! what does not speak of their types, since it is built on them.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

mod clock;
mod corpus;
mod events;
mod facts;
pub mod faults;
mod line;
mod mount;
mod nobody;
mod patience;
mod quotes;
pub mod recordings;
mod service;
mod skipped;
mod slope;
mod talk;
pub mod upstreams;

pub use clock::SettableClock;
pub use corpus::{Target, corpus};
pub use events::Events;
pub use facts::{allowance, upstream_facts};
pub use line::{Line, Mode};
pub use mount::Mount;
pub use nobody::Nobody;
pub use patience::{PATIENCE, soon, until};
pub use quotes::{bare_bar, bare_quote, days_answered};
pub use service::{Answer, Service, get, program};
pub use skipped::skipped;
pub use slope::slope;
pub use talk::{Ended, Talk};

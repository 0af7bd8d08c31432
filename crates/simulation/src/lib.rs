//! A deterministic simulation of the service over time.
//!
//! Engine and store run on one thread whose time is virtual. Upstreams are made up:
//! `world` knows what is true, and what each source believes at each instant, by a
//! story of windows in which it says something else; `upstream` answers so, late,
//! half or not at all. `reader` asks like anybody, at once and as of earlier
//! instants; `oracle` holds what is told against what is known of the world.
//!
//! A dependency of tests alone. The same seed has the same outcome, to the last line
//! of its journal: no real time, no threads, no order of a hash map.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

mod clock;
mod closes;
mod cut;
mod journal;
mod life;
mod oracle;
mod panics;
mod prices;
mod questions;
mod reader;
mod recorder;
mod run;
mod upstream;
mod world;

pub use closes::{Count, Counts, Errors, Mistake, Year, YearOutcome};
pub use journal::{MISBEHAVIOURS, Tally};
pub use run::{Outcome, run};

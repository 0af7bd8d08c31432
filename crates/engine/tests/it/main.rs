//! The engine between fake sources and a store in memory, on a clock that the
//! tests move.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

mod asked;
mod clock;
mod demand;
mod documents;
mod elements;
mod evidence;
mod facts;
mod fairness;
mod fakes;
mod history;
mod import;
mod live_bars;
mod quotes;
mod rates;
mod restarts;
mod silence;
mod starvation;
mod streams;

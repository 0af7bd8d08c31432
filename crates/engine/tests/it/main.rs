//! The engine between fake sources and a store in memory, on a clock that the
//! tests move.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

mod asked;
mod demand;
mod elements;
mod evidence;
mod facts;
mod fakes;
mod history;
mod import;
mod live_bars;
mod quotes;
mod rates;
mod silence;
mod starvation;
mod streams;

//! A market that never existed, and fake upstreams that speak it over HTTP and
//! WebSocket, with faults.
//!
//! [`Market`] tells prices as a pure function of seed, symbol and instant: nothing
//! is stored, and the same question always has the same answer. [`Upstream`] answers
//! for the real sources in tests: the same paths, shapes and refusals.

mod documents;
mod draw;
mod listing;
mod market;
mod money;
mod upstream;

pub use documents::DocumentQuestion;
pub use listing::{Kind, Listing, Session};
pub use market::{Bar, Dividend, Interval, Market, Split, Tick};
pub use upstream::{Fault, Odd, Stream, StreamFault, Tale, Upstream};

//! What the layout promises: who depends on whom, how large a crate may be, and
//! that no modules use each other in a circle.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

mod circles;
mod source;
mod threats;
mod workspace;

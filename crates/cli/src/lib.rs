//! The `marketpulse` command: serves, and asks the same questions from a terminal.
//!
//! A command owns its arguments. It asks `query` and writes through `table`, as
//! routes do, and never calls a handler.

mod cli;
mod commands;
#[cfg(any(test, fuzzing))]
pub mod fuzz;

pub use cli::main;

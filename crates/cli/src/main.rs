//! The `marketpulse` command: serves, and asks the same questions from a terminal.
//!
//! A command owns its arguments. It asks `query` and writes through `table`, as
//! routes do, and never calls a handler.

mod cli;
mod commands;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}

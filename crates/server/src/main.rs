//! The `marketpulse` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    marketpulse::main()
}

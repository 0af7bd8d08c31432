//! The binary of the command, which is the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    marketpulse::main()
}

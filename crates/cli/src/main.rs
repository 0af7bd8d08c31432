//! The binary of the command, which is the library beside it.

use std::process::ExitCode;

use tikv_jemallocator::Jemalloc;

/// Gives back what is not used, within seconds. The system's keeps the largest that each
/// of its arenas ever had, which after an hour of bursts was five times what was in use.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    marketpulse::main()
}

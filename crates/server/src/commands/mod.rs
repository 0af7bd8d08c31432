//! What the command line can ask for.

use std::fmt::Display;
use std::process::ExitCode;
use std::sync::Arc;

use engine::Engine;

use crate::app::SystemClock;
use crate::config::Config;

mod backfill;
mod check;
mod export;
mod healthcheck;
mod history;
mod import;
mod latest;
mod plot;
mod search;
mod serve;

pub(crate) use backfill::backfill;
pub(crate) use check::check;
pub(crate) use export::export;
pub(crate) use healthcheck::healthcheck;
pub(crate) use history::history;
pub(crate) use import::import;
pub(crate) use latest::latest;
pub(crate) use search::search;
pub(crate) use serve::serve;

/// Says what went wrong, on standard error, and how to end.
#[expect(clippy::print_stderr, reason = "this is where a command speaks to people")]
pub(crate) fn fail(status: u8, message: &dyn Display) -> ExitCode {
    eprintln!("marketpulse: {message}");
    ExitCode::from(status)
}

/// Prints a command's answer. A reader that closed the pipe, as `head` does,
/// has seen enough.
fn print(text: &str) -> ExitCode {
    use std::io::Write;
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(1, &format!("cannot write the answer: {error}")),
    }
}

/// The engine that a command asks by itself, without a service.
async fn engine(config: &Config) -> Result<Engine, String> {
    crate::parts::engine(config, false, Arc::new(SystemClock)).await
}

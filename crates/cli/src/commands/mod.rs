//! What the command line can ask for.

use std::collections::HashSet;
use std::fmt::Display;
use std::process::ExitCode;
use std::sync::Arc;

use engine::Engine;
use market::Symbol;

use server::{Config, Environment, IfDamaged, SystemClock};

mod backfill;
mod bars;
mod check;
mod export;
mod healthcheck;
mod history;
mod import;
mod latest;
mod plot;
mod search;
mod serve;
mod watch;

pub(crate) use backfill::{BackfillArgs, backfill};
pub(crate) use check::check;
pub(crate) use export::{ExportArgs, export};
pub(crate) use healthcheck::healthcheck;
pub(crate) use history::{HistoryArgs, history};
#[cfg(any(test, fuzzing))]
pub(crate) use import::import_rows;
pub(crate) use import::{ImportArgs, import};
pub(crate) use latest::latest;
pub(crate) use search::search;
pub(crate) use serve::{ServeArgs, serve};
pub(crate) use watch::{WatchArgs, watch, watch_help};

/// The exit status of a command that could have only a part of what was asked for.
const PART: u8 = 3;

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

/// What a symbol on the command line may be.
fn symbols_help() -> String {
    let spellings = server::spellings().collect::<Vec<_>>().join(" or ");
    format!("Such as CAC40, EUR/USD, AAPL or any symbol of {spellings}")
}

/// Why the simulator alone cannot be asked, where it is to be and cannot.
fn no_demo(config: &Config, demo: bool) -> Option<&'static str> {
    (demo && config.environment == Environment::Production).then_some(
        "--demo serves simulated prices, which do not exist in production; set APP_ENV=development",
    )
}

/// The instruments named, each once however often and in whatever spelling.
fn each_once(engine: &Engine, named: &[Symbol]) -> Vec<Symbol> {
    let mut seen = HashSet::new();
    let symbols = named.iter().map(|symbol| engine.canonical(symbol));
    symbols.filter(|symbol| seen.insert(symbol.clone())).collect()
}

/// The engine that a command asks by itself, without a service.
async fn engine(config: &Config) -> Result<Engine, String> {
    server::engine(config, false, Arc::new(SystemClock), IfDamaged::Refuse).await
}

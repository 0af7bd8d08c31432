//! What the command line can ask for.

use std::collections::HashSet;
use std::fmt::Display;
use std::process::ExitCode;
use std::sync::Arc;

use engine::{Engine, Entry};
use market::{Interval, Symbol};
use query::explain::explained;
use table::{EncodeError, Form, Table};

use server::{Config, Environment, Opening, SystemClock};

mod agents;
mod aligned;
mod audited;
mod backfill;
mod bars;
mod check;
mod client;
mod clients;
mod copies;
mod elsewhere;
mod export;
mod healthcheck;
mod history;
mod import;
mod instruments;
mod keys;
mod latest;
mod manual;
mod plot;
mod repairs;
mod search;
mod serve;
mod watch;

pub(crate) use agents::mcp;
pub(crate) use audited::{Deed, noted};
pub(crate) use backfill::{BackfillArgs, backfill};
pub(crate) use check::{CheckArgs, check};
pub(crate) use clients::{EnvArgs, ProxyArgs, RunArgs, env, proxy, run, run_help};
pub(crate) use copies::{BackupArgs, RestoreArgs, backup, restore};
pub(crate) use elsewhere::{elsewhere, for_clients};
pub(crate) use export::{ExportArgs, export};
pub(crate) use healthcheck::healthcheck;
pub(crate) use history::{HistoryArgs, history};
#[cfg(any(test, fuzzing))]
pub(crate) use import::import_rows;
pub(crate) use import::{ImportArgs, import};
pub(crate) use instruments::{InstrumentsArgs, instruments};
pub(crate) use keys::{KeysArgs, keys};
pub(crate) use latest::{LatestArgs, latest};
pub(crate) use manual::{completions, manual};
pub(crate) use repairs::{RepairsArgs, repairs};
pub(crate) use search::{SearchArgs, search};
pub(crate) use serve::{ServeArgs, serve};
pub(crate) use watch::{WatchArgs, watch, watch_help};

/// The exit status of a command that could have only a part of what was asked for.
const PART: u8 = 3;

/// Says what went wrong, on standard error, and how to end.
pub(crate) fn fail(status: u8, message: &dyn Display) -> ExitCode {
    say(message);
    ExitCode::from(status)
}

/// Says something on standard error. It may repeat what was typed, what a file holds
/// or what an upstream said, none of which may run in a terminal.
pub(crate) fn say(message: &dyn Display) {
    client::say(&format!("marketpulse: {message}"));
}

/// Why an instrument has no price.
fn no_price(entry: &Entry) -> String {
    format!("{} has no price: {}", entry.instrument.symbol, explained(&entry.failures))
}

/// Prints a command's answer. A reader that closed the pipe, as `head` does,
/// has seen enough. It may repeat what was typed, which may not run in a terminal.
fn print(text: &str) -> ExitCode {
    match client::out(legible::lines(text).as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(1, &format!("cannot write the answer: {error}")),
    }
}

/// A table in a form that is text, ending a line.
fn written(table: &Table, form: Form) -> Result<String, EncodeError> {
    let body = table.pieces(form).collect::<Result<Vec<_>, _>>()?.concat();
    let text = String::from_utf8_lossy(&body).into_owned();
    Ok(if text.ends_with('\n') { text } else { text + "\n" })
}

/// What a symbol on the command line may be.
fn symbols_help() -> String {
    let spellings = server::spellings().collect::<Vec<_>>().join(" or ");
    format!("Such as CAC40, EUR/USD, AAPL or any symbol of {spellings}")
}

/// How a table may be written.
fn forms_help() -> String {
    Form::names()
}

/// How long each bar may be.
fn intervals_help() -> String {
    format!("How long each bar is: {}", names(|_| true))
}

/// How long each bar may be that is brought in: those that are not made of others.
fn stored_intervals_help() -> String {
    format!("How long each bar is: {}", names(|interval| interval.made_of().is_none()))
}

fn names(is_meant: impl Fn(&Interval) -> bool) -> String {
    Interval::ALL
        .iter()
        .filter(|it| is_meant(it))
        .map(|it| it.as_str())
        .collect::<Vec<_>>()
        .join(" ")
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

/// The engine that a command asks: that of the service that carries it out, or one of
/// its own.
async fn engine(config: &Config) -> Result<Engine, String> {
    if let Some(engine) = client::engine() {
        return Ok(engine);
    }
    Ok(server::engine(config, false, Arc::new(SystemClock), &Opening::Once).await?)
}

//! Bringing bars from a file into the store.

mod answer;
mod args;
mod bar;
mod bounds;
mod columns;
mod faults;
mod file;
#[cfg(any(test, fuzzing))]
mod fuzz;
mod gathered;
mod parquet;
mod placed;
mod report;
mod rows;
mod spool;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use engine::Engine;

use server::Config;

use super::{client, engine, fail, print, say};
use answer::answer;
pub(crate) use args::ImportArgs;
pub(super) use faults::Faults;
use gathered::{OfSymbol, gather};
use report::Report;
pub(super) use rows::Table;

#[cfg(any(test, fuzzing))]
pub(crate) use fuzz::import_rows;

/// Brings bars from a file into the store, where they stand beside those of
/// upstreams, under a source of their own.
///
/// All or nothing: exit status 1 and nothing stored where any row cannot be
/// used, unless it is asked to skip those.
pub(crate) async fn import(config: Config, mut args: ImportArgs) -> ExitCode {
    args.file = match located(&args.file) {
        Ok(file) => file,
        Err(refusal) => return fail(2, &refusal),
    };
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let read = opened(&args.file).await.and_then(|table| read(&engine, &args, table));
    let imported = match read {
        Ok(all) => store(&engine, &args, &all).await,
        Err(message) => Err(format!("{message}; nothing was stored")),
    };
    match imported {
        Ok(report) => print(&report),
        Err(message) => fail(1, &message),
    }
}

/// Whether `-`, standard input, is named.
pub(super) fn is_input(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// Where a file is that is to be brought in.
///
/// # Errors
///
/// Why the service that would read it does not.
pub(super) fn located(file: &Path) -> Result<PathBuf, &'static str> {
    let path = if is_input(file) { return Ok(file.to_owned()) } else { client::path(file) };
    if client::is_elsewhere() && is_no_file(&path) {
        return Err(
            "the service that uses the store reads the file; name one that it can open, or - for standard input",
        );
    }
    Ok(path)
}

/// Its rows.
pub(super) async fn opened(file: &Path) -> Result<Table, String> {
    if is_input(file) { file::of_input(client::input()).await } else { file::open(file) }
}

/// Whether a path leads to a device or a pipe, whose end may never come: nobody may make
/// a running service wait for it.
fn is_no_file(path: &Path) -> bool {
    path.starts_with("/dev") || path.metadata().is_ok_and(|it| !it.is_file())
}

/// Reads what is brought in; what is wrong with it is reported.
fn read(engine: &Engine, args: &ImportArgs, table: Table) -> Result<Vec<OfSymbol>, String> {
    if let Some(finer) = args.interval.made_of() {
        return Err(format!(
            "{} bars are put together from {finer} bars; bring those in",
            args.interval
        ));
    }
    let gathered =
        gather(engine, args, table).map_err(|fault| format!("{}: {fault}", args.what()))?;
    if !gathered.unread.is_empty() {
        say(&format!("columns not read: {}", gathered.unread.join(", ")));
    }
    tell(&gathered.faults, args.skip_bad)?;
    let some = gathered.all.iter().any(|of_symbol| !of_symbol.bars.is_empty());
    some.then_some(gathered.all).ok_or_else(|| "the file has no row that can be used".to_owned())
}

/// Names the rows that cannot be used.
fn tell(faults: &Faults, skip_bad: bool) -> Result<(), String> {
    if faults.count == 0 {
        return Ok(());
    }
    client::say(faults.to_string().trim_end());
    if !skip_bad {
        let count = faults.count;
        return Err(format!(
            "rows that cannot be used: {count}; mend them or leave them out with --skip-bad"
        ));
    }
    say(&format!("{} rows are left out", faults.count));
    Ok(())
}

/// Tells what changes, and stores it where that is meant. All symbols are
/// compared with what is held before the first is stored.
async fn store(engine: &Engine, args: &ImportArgs, all: &[OfSymbol]) -> Result<String, String> {
    let mut report = Report::default();
    for of_symbol in all {
        let Some(answer) = answer(engine, args, of_symbol).await else { continue };
        let imported = engine.import(&answer, true).await;
        let imported = imported.map_err(|error| format!("{error}; nothing was stored"))?;
        report.add(&answer, &imported, args);
    }
    if args.dry_run {
        return Ok(report.finish(args));
    }
    for (stored, of_symbol) in all.iter().enumerate() {
        let Some(answer) = answer(engine, args, of_symbol).await else { continue };
        let written = engine.import(&answer, false).await;
        written.map_err(|error| {
            let symbol = &answer.query.symbol;
            format!("{symbol}: {error}; {stored} of {} symbols were stored", all.len())
        })?;
    }
    Ok(report.finish(args))
}

//! Bringing bars from a file into the store.

mod answer;
mod args;
mod bar;
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

use std::process::ExitCode;

use engine::Engine;

use server::Config;

use super::{engine, fail, print};
use answer::answer;
pub(crate) use args::ImportArgs;
use faults::Faults;
use gathered::{OfSymbol, gather};
use report::report;

#[cfg(any(test, fuzzing))]
pub(crate) use fuzz::import_rows;

/// Brings bars from a file into the store, where they stand beside those of
/// upstreams, under a source of their own.
///
/// All or nothing: exit status 1 and nothing stored where any row cannot be
/// used, unless it is asked to skip those.
pub(crate) async fn import(config: Config, args: ImportArgs) -> ExitCode {
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let imported = match read(&engine, &args) {
        Ok(all) => store(&engine, &args, &all).await,
        Err(message) => Err(format!("{message}; nothing was stored")),
    };
    match imported {
        Ok(report) => print(&report),
        Err(message) => fail(1, &message),
    }
}

/// Reads the file; what is wrong with it is reported.
fn read(engine: &Engine, args: &ImportArgs) -> Result<Vec<OfSymbol>, String> {
    if let Some(finer) = args.interval.made_of() {
        return Err(format!(
            "{} bars are put together from {finer} bars; bring those in",
            args.interval
        ));
    }
    let gathered = gather(engine, args, file::open(&args.file)?)
        .map_err(|fault| format!("{}: {fault}", args.file.display()))?;
    if !gathered.unread.is_empty() {
        eprintln!("marketpulse: columns not read: {}", gathered.unread.join(", "));
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
    eprint!("{faults}");
    if !skip_bad {
        let count = faults.count;
        return Err(format!(
            "rows that cannot be used: {count}; mend them or leave them out with --skip-bad"
        ));
    }
    eprintln!("marketpulse: {} rows are left out", faults.count);
    Ok(())
}

/// Tells what changes, and stores it where that is meant. All symbols are
/// compared with what is held before the first is stored.
async fn store(engine: &Engine, args: &ImportArgs, all: &[OfSymbol]) -> Result<String, String> {
    let (mut reports, mut is_news) = (String::new(), false);
    for of_symbol in all {
        let Some(answer) = answer(engine, args, of_symbol).await else { continue };
        let imported = engine.import(&answer, true).await;
        let imported = imported.map_err(|error| format!("{error}; nothing was stored"))?;
        reports.push_str(&report(&answer, &imported));
        is_news |= imported.new + imported.revised + imported.replaced > 0;
    }
    if args.dry_run {
        return Ok(reports + "nothing was stored, as this was a dry run\n");
    }
    for (stored, of_symbol) in all.iter().enumerate() {
        let Some(answer) = answer(engine, args, of_symbol).await else { continue };
        let written = engine.import(&answer, false).await;
        written.map_err(|error| {
            let symbol = &answer.question.symbol;
            format!("{symbol}: {error}; {stored} of {} symbols were stored", all.len())
        })?;
    }
    let end = if is_news { "stored under the source import" } else { "nothing new was stored" };
    Ok(format!("{reports}{end}\n"))
}

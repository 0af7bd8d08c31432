//! Writing history to files.

mod args;
mod file;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use engine::Engine;
use market::{HistoryQuery, Span, Symbol};
use query::PriceView;
use query::history::locate;
use server::Config;

use super::{PART, bars, each_once, engine, fail};
pub(crate) use args::ExportArgs;

/// Writes history, one file for each symbol, or that of one symbol to standard
/// output.
///
/// Exit status 1 if any symbol's could not be had, 3 if of any only a part could,
/// which is not written unless that is said to be enough; the others are written.
pub(crate) async fn export(config: Config, args: ExportArgs) -> ExitCode {
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let symbols = each_once(&engine, &args.symbols);
    if let Err(message) = refuse(&engine, &args, &symbols) {
        return fail(2, &message);
    }
    let mut status = ExitCode::SUCCESS;
    for symbol in &symbols {
        match write_one(&engine, &args, symbol).await {
            Ok(line) => eprintln!("{line}"),
            Err(Failure { exit, why }) => status = fail(exit, &format!("{symbol}: {why}")),
        }
    }
    status
}

/// What is wrong from the start, whichever the symbol.
fn refuse(engine: &Engine, args: &ExportArgs, symbols: &[Symbol]) -> Result<(), String> {
    if let Some(fault) = view(args).fault(engine) {
        let name = if args.as_of.is_some() { "--as-of" } else { "--known-at" };
        return Err(format!("{name} {fault}"));
    }
    match &args.out {
        None if symbols.len() > 1 => {
            Err(format!("{} symbols need a file each; name a folder with --out", symbols.len()))
        }
        None => Ok(()),
        Some(folder) => std::fs::create_dir_all(folder)
            .map_err(|error| format!("--out {} cannot be used: {error}", folder.display())),
    }
}

/// Why a symbol's history was not written, and the exit status that says so.
struct Failure {
    exit: u8,
    why: String,
}

impl From<String> for Failure {
    fn from(why: String) -> Self {
        Self { exit: 1, why }
    }
}

/// Writes one symbol's history and says what was written.
async fn write_one(engine: &Engine, args: &ExportArgs, symbol: &Symbol) -> Result<String, Failure> {
    if view(args).known_at.is_none() {
        locate(engine, std::slice::from_ref(symbol), (args.from, args.to)).await;
    }
    let found = bars::ask(engine, &question(engine, args, symbol)?, view(args)).await?;
    if let Some(lack) = found.bars.lack().filter(|_| !args.partial) {
        let why = format!("{lack}; nothing is written; --partial takes what there is");
        return Err(Failure { exit: PART, why });
    }
    let summary = found.bars.summary(&found.series);
    let pieces = found.pieces(args.format).await?;
    let Some(folder) = &args.out else {
        bars::write_to_output(pieces).map_err(|error| format!("cannot be written: {error}"))?;
        return Ok(format!("{symbol}: {summary}"));
    };
    let name = file::name(symbol, args.interval, args.format);
    file::write(folder, &name, pieces)
        .map_err(|error| format!("{} cannot be written: {error}", folder.join(&name).display()))?;
    Ok(format!("{}: {summary}", folder.join(&name).display()))
}

/// How prices are to be seen.
fn view(args: &ExportArgs) -> PriceView {
    PriceView { adjust: args.adjust, known_at: args.known_at.or(args.as_of) }
}

fn question(engine: &Engine, args: &ExportArgs, symbol: &Symbol) -> Result<HistoryQuery, String> {
    let span = match args.from {
        None => Span::Period(args.period),
        Some(from) => {
            Span::dates(from, args.to.unwrap_or_else(|| view(args).today(engine, symbol)))
                .map_err(|error| error.to_string())?
        }
    };
    Ok(HistoryQuery { symbol: symbol.clone(), interval: args.interval, span, source: None })
}

//! Writing history to files.

mod file;
#[cfg(test)]
mod tests;
mod wanted;

use std::io::{self, Write};
use std::process::ExitCode;

use engine::Engine;
use market::Symbol;

use super::{each_once, engine, fail};
use crate::cli::ExportArgs;
use crate::config::Config;
use crate::format::Pieces;

/// Writes history, one file for each symbol, or that of one symbol to standard
/// output.
///
/// Exit status 1 if any symbol's could not be had; the others are written.
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
            Err(why) => status = fail(1, &format!("{symbol}: {why}")),
        }
    }
    status
}

/// What is wrong from the start, whichever the symbol.
fn refuse(engine: &Engine, args: &ExportArgs, symbols: &[Symbol]) -> Result<(), String> {
    if let Some(fault) = wanted::wanted(args).fault(engine) {
        return Err(format!("--as-of {fault}"));
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

/// Writes one symbol's history and says what was written.
async fn write_one(engine: &Engine, args: &ExportArgs, symbol: &Symbol) -> Result<String, String> {
    let exported = wanted::exported(engine, args, symbol).await?;
    let pieces = exported.pieces(args.format)?;
    let Some(folder) = &args.out else {
        to_output(pieces).map_err(|error| format!("cannot be written: {error}"))?;
        return Ok(format!("{symbol}: {exported}"));
    };
    let name = file::name(symbol, args.interval, args.format);
    file::write(folder, &name, pieces)
        .map_err(|error| format!("{} cannot be written: {error}", folder.join(&name).display()))?;
    Ok(format!("{}: {exported}", folder.join(&name).display()))
}

/// A reader that closed the pipe, as `head` does, has seen enough.
fn to_output(pieces: Pieces) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match file::pour(pieces, &mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

//! Writing history to files.

mod args;
mod file;
mod format;
mod ledger;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use engine::Engine;
use market::{Adjust, HistoryQuery, Symbol};
use query::history::{check_order, locate};
use query::{PriceView, Retained, Retention};
use serde_json::{Value, json};
use server::Config;
use table::Pieces;

use super::bars::Written;
use super::{PART, bars, client, each_once, engine, fail, print};
pub(crate) use args::ExportArgs;
use format::Format;
use ledger::Named;

/// Writes history, one file for each symbol, or that of one symbol to standard
/// output.
///
/// Exit status 1 if any symbol's could not be had, 3 if of any only a part could,
/// which is not written unless that is said to be enough; the others are written.
pub(crate) async fn export(config: Config, mut args: ExportArgs) -> ExitCode {
    args.out = args.out.map(|folder| client::path(&folder));
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let symbols = each_once(&engine, &args.symbols);
    if let Err(message) = refuse(&engine, config.retention(), &args, &symbols) {
        return fail(2, &message);
    }
    let (mut status, mut all) = (ExitCode::SUCCESS, Vec::new());
    for symbol in &symbols {
        match write_one(&engine, &args, symbol).await {
            Ok(written) if args.json => all.push(written.object()),
            Ok(written) => client::say(&written.to_string()),
            Err(Failure { exit, why }) => status = fail(exit, &format!("{symbol}: {why}")),
        }
    }
    match args.json.then(|| print(&format!("{}\n", Value::from(all)))) {
        Some(printed) if status == ExitCode::SUCCESS => printed,
        _ => status,
    }
}

/// What was written of one symbol, and where to.
struct Exported {
    symbol: Symbol,
    file: Option<PathBuf>,
    written: Written,
}

impl Exported {
    fn object(&self) -> Value {
        let series = &self.written.series;
        json!({
            "symbol": self.symbol.as_str(),
            "file": self.file.as_ref().map(|file| file.display().to_string()),
            "rows": series.len(),
            "from": series.dates().first(),
            "to": series.dates().last(),
            "source": series.head.source.as_str(),
        })
    }
}

/// `AAPL.csv: 6543 rows, 2000-01-03 to 2025-10-29`, the source, `fresh`
impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let summary = self.written.bars.summary(&self.written.series);
        match &self.file {
            Some(file) => write!(f, "{}: {summary}", file.display()),
            None => write!(f, "{}: {summary}", self.symbol),
        }
    }
}

/// What is wrong from the start, whichever the symbol.
fn refuse(
    engine: &Engine,
    retention: Retention,
    args: &ExportArgs,
    symbols: &[Symbol],
) -> Result<(), String> {
    refuse_prices(engine, args, symbols)?;
    let name = if args.as_of.is_some() { "--as-of" } else { "--known-at" };
    if let Some(fault) = view(args).fault(engine) {
        return Err(format!("{name} {fault}"));
    }
    let horizon = retention.refusal(Retained::Bars, view(args).known_at, engine.now());
    if let Some(refusal) = horizon {
        return Err(format!("{name}: {refusal}"));
    }
    match &args.out {
        None if symbols.len() > 1 => {
            Err(format!("{} symbols need a file each; name a folder with --out", symbols.len()))
        }
        None => Ok(()),
        Some(folder) => file::may_be_folder(folder)
            .map_err(|error| format!("--out {} cannot be used: {error}", folder.display())),
    }
}

/// Why no prices for a ledger can be written, where these are asked for.
fn refuse_prices(engine: &Engine, args: &ExportArgs, symbols: &[Symbol]) -> Result<(), String> {
    let Format::Prices(syntax) = args.format else {
        let is_named = !args.commodities.is_empty();
        return if is_named { Err(NAMED_IN_A_TABLE.to_owned()) } else { Ok(()) };
    };
    if let Some(fault) = ledger::fault(args.interval, adjust(args)) {
        return Err(fault);
    }
    let is_exported = |named: &&Named| symbols.contains(&engine.canonical(&named.symbol));
    if let Some(other) = args.commodities.iter().find(|named| !is_exported(named)) {
        return Err(format!("--commodity names {}, which is not exported", other.symbol));
    }
    symbols.iter().try_for_each(|symbol| commodity(engine, args, symbol, syntax).map(drop))
}

const NAMED_IN_A_TABLE: &str =
    "--commodity names what a ledger calls an instrument; a table has its symbol";

/// What a ledger calls an instrument.
fn commodity<'a>(
    engine: &Engine,
    args: &'a ExportArgs,
    symbol: &'a Symbol,
    syntax: ledger::Syntax,
) -> Result<&'a str, String> {
    ledger::commodity(symbol, &args.commodities, |it| engine.canonical(it), syntax)
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
async fn write_one(
    engine: &Engine,
    args: &ExportArgs,
    symbol: &Symbol,
) -> Result<Exported, Failure> {
    let bounds = (args.from, args.to);
    check_order(bounds).map_err(|error| error.to_string())?;
    if view(args).known_at.is_none() {
        locate(engine, std::slice::from_ref(symbol), bounds).await;
    }
    let written = bars::ask(engine, &question(engine, args, symbol)?, view(args)).await?;
    if let Some(lack) = written.bars.lack().filter(|_| !args.partial) {
        let why = format!("{lack}; nothing is written; --partial takes what there is");
        return Err(Failure { exit: PART, why });
    }
    let pieces = pieces(engine, args, symbol, &written).await?;
    let file = match &args.out {
        None => {
            bars::write_to_output(pieces).map_err(|error| format!("cannot be written: {error}"))?;
            None
        }
        Some(folder) => {
            let name = file::name(symbol, args.interval, args.format);
            let path = folder.join(&name);
            file::write(folder, &name, pieces)
                .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
            Some(path)
        }
    };
    Ok(Exported { symbol: symbol.clone(), file, written })
}

/// The bytes of a file, piece by piece.
async fn pieces(
    engine: &Engine,
    args: &ExportArgs,
    symbol: &Symbol,
    written: &Written,
) -> Result<Pieces, String> {
    match args.format {
        Format::Table(form) => written.pieces(form).await,
        Format::Prices(syntax) => {
            ledger::pieces(written, commodity(engine, args, symbol, syntax)?, syntax)
        }
    }
}

/// What prices are adjusted for. A ledger has as many shares before a split as there were.
fn adjust(args: &ExportArgs) -> Adjust {
    args.adjust.unwrap_or(match args.format {
        Format::Table(_) => Adjust::Splits,
        Format::Prices(_) => Adjust::None,
    })
}

/// How prices are to be seen.
fn view(args: &ExportArgs) -> PriceView {
    let view = PriceView::of_all(adjust(args), args.known_at.or(args.as_of));
    view.between((args.from, args.to), args.interval)
}

fn question(engine: &Engine, args: &ExportArgs, symbol: &Symbol) -> Result<HistoryQuery, String> {
    let bounds = (args.from, args.to);
    let span = view(args).span(engine, symbol, (None, bounds), args.period);
    let span = span.map_err(|error| error.to_string())?;
    Ok(HistoryQuery { symbol: symbol.clone(), interval: args.interval, span, source: None })
}

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use jiff::tz::TimeZone;
use market::{Adjust, Currency, Interval, Period, Symbol};

use crate::commands::{self, LineFormat};
use crate::config::{Config, SETTINGS};
use crate::format::Format;

/// Serves market prices: from memory and its own store, always with where a
/// number came from and how old it is.
#[derive(Parser)]
#[command(name = "marketpulse", version, after_long_help = settings_help())]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve pages and JSON over HTTP (the default)
    Serve(ServeArgs),
    /// Print the latest price of each watched symbol
    Latest {
        /// As JSON, the same as /marketpulse/latest
        #[arg(long)]
        json: bool,
    },
    /// Show prices as they change: a table on a terminal, elsewhere a line for each change
    #[command(after_long_help = WATCH_HELP)]
    Watch(WatchArgs),
    /// Print price history
    History(HistoryArgs),
    /// Fetch history into the store, one symbol after another, within what upstreams allow
    Backfill(BackfillArgs),
    /// Write history to files, one for each symbol
    Export(ExportArgs),
    /// Bring bars from a file into the store, where they are kept under the source import
    Import(ImportArgs),
    /// Look for instruments by name, symbol or ISIN
    Search {
        /// Such as airbus, AIR.PA or NL0000235190
        #[arg(required = true)]
        text: Vec<String>,
    },
    /// Tell whether the settings are valid, the store is sound and each upstream can be reached
    Check,
    /// Ask the running service whether it is alive; for containers
    Healthcheck,
}

/// How to serve.
#[derive(Args, Default)]
pub(crate) struct ServeArgs {
    /// Run on the built-in simulator alone: no upstream is asked, nothing is stored
    #[arg(long)]
    pub(crate) demo: bool,
    /// With --demo: the simulated market at an instant, such as 2026-03-04T15:30:00Z, and it stays
    /// there; for pictures and tests
    #[arg(long, value_name = "INSTANT", requires = "demo", value_parser = instant)]
    pub(crate) at: Option<jiff::Timestamp>,
}

/// An instant at which the simulated market is believable.
fn instant(text: &str) -> Result<jiff::Timestamp, String> {
    let read = text.parse::<jiff::Timestamp>().ok();
    let fits = |at: &jiff::Timestamp| (2000..2100).contains(&at.to_zoned(TimeZone::UTC).year());
    read.filter(fits).ok_or_else(|| {
        "use an instant of the years 2000 to 2099 with its zone, such as 2026-03-04T15:30:00Z"
            .into()
    })
}

/// Whose prices to show, and how.
#[derive(Args)]
pub(crate) struct WatchArgs {
    /// Such as CAC40, EUR/USD, AAPL or any symbol of Yahoo Finance; the watchlist if none is named
    pub(crate) symbols: Vec<Symbol>,
    /// Write a line for each change, on a terminal as well; text where there is none
    #[arg(long, value_enum)]
    pub(crate) format: Option<LineFormat>,
    /// Run on the built-in simulator alone: no upstream is asked, nothing is stored
    #[arg(long)]
    pub(crate) demo: bool,
}

/// What is written, below `watch --help`.
const WATCH_HELP: &str = "\
On a terminal: a table, drawn anew with each change and each second. Ctrl-C ends it. Without colours where NO_COLOR is set.

Elsewhere, or with --format: a line for each change, written at once.
  text  2025-10-29T14:30:07.250Z AAPL 269.05 +0.83 fresh yahoo
        when it was seen, symbol, price, change in per cent, freshness, source; - where it is not known
  json  an object with the timestamp and what /marketpulse/latest says of a quote, except its age

Freshness is fresh, stale, missing or simulated. Changes within a tenth of a second are one. A symbol that no source knows is
told on standard error, and the others go on; exit status 1 if there are no others.";

/// Which history to print, and how.
#[derive(Args)]
pub(crate) struct HistoryArgs {
    /// Such as CAC40, EUR/USD, AAPL or any symbol of Yahoo Finance
    pub(crate) symbol: Symbol,
    /// How far back: 7d, 1mo, 3mo, 6mo, 1y, 5y, ytd, max, any <n>d, <n>wk, <n>mo, <n>y
    #[arg(long)]
    pub(crate) period: Option<Period>,
    /// How long each bar is: 1m 2m 5m 15m 30m 1h 1d 1wk 1mo 3mo
    #[arg(long, default_value = "1d")]
    pub(crate) interval: Interval,
    /// First trading date, YYYY-MM-DD; instead of a period
    #[arg(long, conflicts_with = "period")]
    pub(crate) from: Option<jiff::civil::Date>,
    /// Last trading date, YYYY-MM-DD; today where only --from is given
    #[arg(long, requires = "from")]
    pub(crate) to: Option<jiff::civil::Date>,
    /// As JSON, the same as /marketpulse/history
    #[arg(long, conflicts_with = "csv")]
    pub(crate) json: bool,
    /// As CSV with a header line
    #[arg(long)]
    pub(crate) csv: bool,
    /// As a chart of the closes, for the terminal
    #[arg(long, conflicts_with_all = ["json", "csv"])]
    pub(crate) plot: bool,
}

/// Whose history to fetch, and how much of it.
#[derive(Args)]
pub(crate) struct BackfillArgs {
    /// Such as CAC40, EUR/USD, AAPL or any symbol of Yahoo Finance
    #[arg(required_unless_present = "watchlist")]
    pub(crate) symbols: Vec<Symbol>,
    /// Every symbol of the watchlist instead
    #[arg(long, conflicts_with = "symbols")]
    pub(crate) watchlist: bool,
    /// How far back: 7d, 1mo, 3mo, 6mo, 1y, 5y, ytd, max, any <n>d, <n>wk, <n>mo, <n>y
    #[arg(long, default_value = "max")]
    pub(crate) period: Period,
    /// How long each bar is: 1m 2m 5m 10m 15m 30m 1h 2h 4h 1d 1wk 1mo 3mo
    #[arg(long, default_value = "1d")]
    pub(crate) interval: Interval,
}

/// Whose history to write, how much of it, and where to.
#[derive(Args)]
pub(crate) struct ExportArgs {
    /// Such as CAC40, EUR/USD, AAPL or any symbol of Yahoo Finance
    #[arg(required = true)]
    pub(crate) symbols: Vec<Symbol>,
    /// csv, ndjson, json, columns, arrow or parquet, where this build writes it
    #[arg(long, default_value = "csv")]
    pub(crate) format: Format,
    /// The folder for the files, made if need be; without it one symbol goes to standard output
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// How far back: 7d, 1mo, 3mo, 6mo, 1y, 5y, ytd, max, any <n>d, <n>wk, <n>mo, <n>y
    #[arg(long, default_value = "max", conflicts_with = "from")]
    pub(crate) period: Period,
    /// First trading date, YYYY-MM-DD; instead of a period
    #[arg(long)]
    pub(crate) from: Option<jiff::civil::Date>,
    /// Last trading date, YYYY-MM-DD; today where only --from is given
    #[arg(long, requires = "from")]
    pub(crate) to: Option<jiff::civil::Date>,
    /// How long each bar is: 1m 2m 5m 10m 15m 30m 1h 2h 4h 1d 1wk 1mo 3mo
    #[arg(long, default_value = "1d")]
    pub(crate) interval: Interval,
    /// What prices are adjusted for: none, splits or all (splits and dividends)
    #[arg(long, default_value = "splits")]
    pub(crate) adjust: Adjust,
    /// As known here at an instant, such as 2024-01-31T17:00:00Z
    #[arg(long, value_name = "INSTANT")]
    pub(crate) as_of: Option<jiff::Timestamp>,
}

/// Which file to bring in, and what it does not say of itself.
#[derive(Args)]
pub(crate) struct ImportArgs {
    /// CSV with a line of names, or Parquet (ending in .parquet), as export writes them
    pub(crate) file: PathBuf,
    /// Whose bars they are, where there is no column symbol; else only this symbol is accepted
    #[arg(long)]
    pub(crate) symbol: Option<Symbol>,
    /// How long each bar is: 1m 2m 5m 15m 30m 1h 1d 1wk 1mo 3mo
    #[arg(long, default_value = "1d")]
    pub(crate) interval: Interval,
    /// What prices are counted in, such as EUR, where there is no column currency
    #[arg(long)]
    pub(crate) currency: Option<Currency>,
    /// Tell what would change and store nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Leave out rows that cannot be used and store the others
    #[arg(long)]
    pub(crate) skip_bad: bool,
}

/// The documentation of every setting, below `--help`.
fn settings_help() -> String {
    let mut help = String::from("Settings, read from the environment:\n");
    for setting in SETTINGS {
        let default = if setting.default.is_empty() { "none" } else { setting.default };
        // Writing to a String cannot fail.
        let _ = writeln!(help, "\n  {} (default {default})\n      {}", setting.name, setting.about);
    }
    help.push_str(
        "\nExit status: 0 done, 1 failed, 2 wrong use or a setting that cannot be used, 130 stopped by Ctrl-C.\n",
    );
    help
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let vars: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let config = match Config::read(&vars) {
        Ok(config) => config,
        Err(faults) => return commands::fail(2, &faults),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return commands::fail(1, &format!("cannot start: {error}")),
    };
    runtime.block_on(async {
        match cli.command.unwrap_or(Command::Serve(ServeArgs::default())) {
            Command::Serve(args) => commands::serve(config, args).await,
            Command::Latest { json } => commands::latest(config, json).await,
            Command::Watch(args) => commands::watch(config, args).await,
            Command::History(args) => commands::history(config, args).await,
            Command::Backfill(args) => commands::backfill(config, args).await,
            Command::Export(args) => commands::export(config, args).await,
            Command::Import(args) => commands::import(config, args).await,
            Command::Search { text } => commands::search(config, &text.join(" ")).await,
            Command::Check => commands::check(config).await,
            Command::Healthcheck => commands::healthcheck(&config).await,
        }
    })
}

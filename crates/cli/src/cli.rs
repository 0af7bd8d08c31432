use std::fmt::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use server::{Config, SETTINGS};

use crate::commands::{
    self, BackfillArgs, ExportArgs, HistoryArgs, ImportArgs, ServeArgs, WatchArgs, watch_help,
};

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
    #[command(after_long_help = watch_help())]
    Watch(WatchArgs),
    /// Print price history
    History(HistoryArgs),
    /// Fetch history into the store, one symbol after another, within what upstreams allow
    Backfill(BackfillArgs),
    /// Write history to files, one for each symbol
    Export(ExportArgs),
    /// Bring bars from a file into the store, under the source import
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

/// The documentation of every setting, below `--help`.
fn settings_help() -> String {
    let mut help = String::from("Settings, read from the environment:\n");
    for setting in SETTINGS.iter() {
        let default = if setting.default.is_empty() { "none" } else { setting.default };
        // Writing to a String cannot fail.
        let _ = writeln!(help, "\n  {} (default {default})\n      {}", setting.name, setting.about);
    }
    help.push_str(
        "\nExit status: 0 done, 1 failed, 2 wrong use or a setting that cannot be used, 3 only a part could be had, 130 stopped by Ctrl-C.\n",
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

use std::borrow::Cow;
use std::fmt::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use market::Clock as _;
use server::{Config, SETTINGS, SystemClock};

use crate::commands::{
    self, BackfillArgs, BackupArgs, CheckArgs, Deed, EnvArgs, ExportArgs, HistoryArgs, ImportArgs,
    InstrumentsArgs, KeysArgs, LatestArgs, ProxyArgs, RepairsArgs, RestoreArgs, RunArgs,
    SearchArgs, ServeArgs, WatchArgs, run_help, watch_help,
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
    /// Print the latest price of each watched symbol, or of those that are named
    Latest(LatestArgs),
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
    /// List the instruments that are known, or bring in their ISINs and FIGIs: instruments import FILE
    Instruments(InstrumentsArgs),
    /// List days of history that other sources know better, or take such a repair back
    Repairs(RepairsArgs),
    /// Look for instruments by name, symbol or ISIN
    Search(SearchArgs),
    #[command(about = format!("Run a program that asks {}, and have the service answer it", server::LED))]
    #[command(after_long_help = run_help())]
    Run(RunArgs),
    #[command(about = format!("Stand between programs of this machine and {} until stopped; `env` tells them", server::LED))]
    Proxy(ProxyArgs),
    /// Print the variables that lead programs to the proxy: eval "$(marketpulse env)"
    Env(EnvArgs),
    /// Answer an agent in the Model Context Protocol, over standard input and output
    Mcp,
    /// Make, list, rotate and revoke the keys that let others use the service
    Keys(KeysArgs),
    /// Copy the store into one file, also while a service uses it
    Backup(BackupArgs),
    /// Put such a copy in the place of the store, which is kept beside
    Restore(RestoreArgs),
    /// Tell whether the settings are valid, the store is sound and each upstream can be reached
    Check(CheckArgs),
    /// Ask the running service whether it is alive; for containers
    Healthcheck,
    /// Print what has a shell complete the words of this command
    Completions {
        /// The shell; bash, for one, reads it from a file in ~/.local/share/bash-completion/completions
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page: marketpulse man > ~/.local/share/man/man1/marketpulse.1
    Man,
}

impl Command {
    fn reads_input(&self) -> bool {
        match self {
            Self::Mcp => true,
            Self::Import(args) => args.reads_input(),
            Self::Instruments(args) => args.reads_input(),
            _ => false,
        }
    }

    /// What it does that is to be on record.
    fn deed(&self) -> Option<Deed> {
        match self {
            Self::Export(args) => Some(args.deed()),
            Self::Import(args) => args.deed(),
            Self::Instruments(args) => args.deed(),
            Self::Repairs(args) => args.deed(),
            Self::Keys(args) => args.deed(),
            Self::Backup(args) => Some(args.deed()),
            Self::Restore(args) => Some(args.deed()),
            _ => None,
        }
    }
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
        "\nExit status: 0 done, 1 failed, 2 wrong use or a setting that cannot be used, 3 only a part could be had, 130 stopped by Ctrl-C; of run that of its program.\n",
    );
    help
}

/// Says what is wrong with the arguments, and ends. They are repeated in it, and may
/// not run in the terminal.
fn refuse(wrong: &clap::Error) -> ! {
    let said = wrong.render().to_string();
    match legible::lines(&said) {
        Cow::Owned(legible) => {
            eprint!("{legible}");
            std::process::exit(wrong.exit_code())
        }
        Cow::Borrowed(_) => wrong.exit(),
    }
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|wrong| refuse(&wrong));
    let command = cli.command.unwrap_or(Command::Serve(ServeArgs::default()));
    match command {
        Command::Completions { shell } => commands::completions(Cli::command(), shell),
        Command::Man => commands::manual(Cli::command()),
        command => with_settings(command),
    }
}

/// Runs a command that goes by the settings.
fn with_settings(command: Command) -> ExitCode {
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
    let (log, deed) = (config.reach.audit.clone(), command.deed());
    let ended = runtime.block_on(async {
        match command {
            Command::Serve(args) => {
                commands::serve(config, args, commands::for_clients(for_client)).await
            }
            Command::Watch(args) => commands::watch(config, args).await,
            Command::Run(args) => {
                commands::run(config, args, commands::for_clients(for_client)).await
            }
            Command::Proxy(args) => commands::proxy(config, args).await,
            Command::Env(args) => commands::env(config, args).await,
            Command::Healthcheck => commands::healthcheck(&config).await,
            Command::Keys(args) => commands::keys(&config, args),
            Command::Backup(args) => commands::backup(&config, &args),
            Command::Restore(args) => commands::restore(&config, &args, SystemClock.now()),
            command => match commands::elsewhere(&config, command.reads_input()).await {
                Some(status) => status,
                None => on_the_store(config, command).await,
            },
        }
    });
    commands::noted(log, deed, ended)
}

/// Carries out a command that works on the store; `serve` and its like do not come here.
async fn on_the_store(config: Config, command: Command) -> ExitCode {
    match command {
        Command::Latest(args) => commands::latest(config, args).await,
        Command::History(args) => commands::history(config, args).await,
        Command::Backfill(args) => commands::backfill(config, args).await,
        Command::Export(args) => commands::export(config, args).await,
        Command::Import(args) => commands::import(config, args).await,
        Command::Instruments(args) => commands::instruments(config, args).await,
        Command::Repairs(args) => commands::repairs(config, args).await,
        Command::Search(args) => commands::search(config, args).await,
        Command::Mcp => commands::mcp(config).await,
        Command::Check(args) => commands::check(config, args).await,
        Command::Serve(_)
        | Command::Watch(_)
        | Command::Run(_)
        | Command::Proxy(_)
        | Command::Env(_)
        | Command::Healthcheck
        | Command::Keys(_)
        | Command::Backup(_)
        | Command::Restore(_)
        | Command::Completions { .. }
        | Command::Man => commands::fail(2, &"that is no command for a service"),
    }
}

/// Carries out what a client of this service was asked for.
async fn for_client(config: Config, arguments: Vec<String>) -> ExitCode {
    let program = "marketpulse".to_owned();
    match Cli::try_parse_from(std::iter::once(program).chain(arguments)) {
        Ok(Cli { command: Some(command) }) => on_the_store(config, command).await,
        Ok(Cli { command: None }) => commands::fail(2, &"no command was named"),
        Err(error) => commands::fail(2, &error),
    }
}

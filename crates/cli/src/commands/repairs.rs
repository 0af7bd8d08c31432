use std::process::ExitCode;

use audit::Kind;
use clap::{Args, Subcommand};
use engine::Engine;
use market::{RepairsQuery, Symbol};
use query::records;
use server::Config;
use table::Form;
use table::text::with_causes;

use super::{Deed, engine, fail, print, symbols_help, written};

/// Which repairs to list, or which to take back.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct RepairsArgs {
    #[command(subcommand)]
    what: Option<What>,
    #[arg(help = symbols_help())]
    symbol: Option<Symbol>,
    /// Those that have ended as well
    #[arg(long)]
    all: bool,
    /// As JSON, the same as /marketpulse/v1/repairs
    #[arg(long)]
    json: bool,
}

impl RepairsArgs {
    /// What it does that is to be on record.
    pub(crate) fn deed(&self) -> Option<Deed> {
        let What::Undo { number } = self.what.as_ref()?;
        Some((Kind::RepairUndone, number.to_string()))
    }
}

#[derive(Subcommand)]
enum What {
    /// Take a repair back: what its source published stands, and the same is not found again
    Undo {
        /// Its number in the list
        number: u64,
    },
}

/// Lists days of a source's history that others know better, as CSV or JSON, or takes
/// one back.
pub(crate) async fn repairs(config: Config, args: RepairsArgs) -> ExitCode {
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    if let Some(What::Undo { number }) = args.what {
        return undo(&engine, number).await;
    }
    let query = RepairsQuery {
        symbol: args.symbol.map(|symbol| engine.canonical(&symbol)),
        in_force: !args.all,
        ..RepairsQuery::ALL
    };
    let found = match engine.repairs(&query).await {
        Ok(found) => found,
        Err(error) => return fail(1, &with_causes(&error)),
    };
    let form = if args.json { Form::JSON } else { Form::CSV };
    match records::repair::table(&found, None).and_then(|table| written(&table, form)) {
        Ok(text) => print(&text),
        Err(error) => fail(1, &error),
    }
}

async fn undo(engine: &Engine, number: u64) -> ExitCode {
    match engine.undo_repair(number).await {
        Ok(record) => {
            let it = &record.repair;
            print(&format!("{}, {}: what {} published stands\n", it.symbol, it.date, it.source))
        }
        Err(error) => fail(1, &with_causes(&error)),
    }
}

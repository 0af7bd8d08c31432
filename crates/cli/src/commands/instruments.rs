use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use audit::Kind;
use clap::{Args, Subcommand};
use csv::StringRecord;
use engine::Engine;
use market::{Identity, Symbol};
use query::records;
use server::Config;
use table::Form;
use table::text::with_causes;

use super::import::{Faults, Table, is_input, located, opened};
use super::{Deed, client, engine, fail, print, say, written};

/// The columns of what is brought in.
const COLUMNS: [&str; 6] = ["symbol", "isin", "mic", "figi", "composite_figi", "share_class_figi"];

/// Which instruments are known, or what they are called.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct InstrumentsArgs {
    #[command(subcommand)]
    what: Option<What>,
    /// As JSON, the same as /marketpulse/v1/instruments
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum What {
    /// Bring in what instruments are called, so that each is found by its ISIN or FIGI
    Import(Brought),
}

#[derive(Args)]
struct Brought {
    #[arg(help = file_help())]
    file: PathBuf,
    /// Tell whether it can be used and store nothing
    #[arg(long)]
    dry_run: bool,
}

fn file_help() -> String {
    let columns = COLUMNS.join(", ");
    format!(
        "CSV or Parquet with the columns {columns}, or symbol and some of them; - is standard input"
    )
}

impl InstrumentsArgs {
    /// What it does that is to be on record; nothing where it only tells what it would do.
    pub(crate) fn deed(&self) -> Option<Deed> {
        let Some(What::Import(Brought { file, dry_run: false })) = &self.what else { return None };
        Some((Kind::Import, file.display().to_string()))
    }

    /// Whether what is brought in is written to standard input.
    pub(crate) fn reads_input(&self) -> bool {
        matches!(&self.what, Some(What::Import(brought)) if is_input(&brought.file))
    }
}

/// Lists the instruments that are known, as CSV or JSON, or takes in what they are called.
pub(crate) async fn instruments(config: Config, args: InstrumentsArgs) -> ExitCode {
    let file = match &args.what {
        Some(What::Import(brought)) => match located(&brought.file) {
            Ok(file) => Some((file, brought.dry_run)),
            Err(refusal) => return fail(2, &refusal),
        },
        None => None,
    };
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let done = match file {
        Some((file, dry_run)) => brought_in(&engine, &file, dry_run).await,
        None => listed(&engine, args.json),
    };
    match done {
        Ok(said) => print(&said),
        Err(message) => fail(1, &message),
    }
}

fn listed(engine: &Engine, is_json: bool) -> Result<String, String> {
    let table = records::instruments(engine, &engine.instruments());
    let table = table.map_err(|error| error.to_string())?;
    written(&table, if is_json { Form::JSON } else { Form::CSV }).map_err(|error| error.to_string())
}

/// All or nothing is taken in; what was done, in a sentence.
async fn brought_in(engine: &Engine, file: &Path, dry_run: bool) -> Result<String, String> {
    let unstored = |message: String| format!("{message}; nothing was stored");
    let table = opened(file).await.map_err(unstored)?;
    let brought = read(engine, table).map_err(unstored)?;
    let taken = engine.identify(&brought, dry_run).await;
    taken.map_err(|error| unstored(with_causes(&error)))?;
    let count = brought.len();
    Ok(if dry_run {
        format!("{count} instruments can be used; nothing was stored\n")
    } else {
        format!("{count} instruments are known by what was brought in\n")
    })
}

/// Reads all rows, or names those that cannot be used.
fn read(engine: &Engine, table: Table) -> Result<Vec<Identity>, String> {
    let places = Places::of(&table.names)?;
    let (mut brought, mut faults) = (Vec::new(), Faults::of(table.unit));
    for row in table.rows {
        let row = row?;
        match row.cells.and_then(|cells| places.identity(&cells)) {
            Ok(it) => brought.push(Identity { symbol: engine.canonical(&it.symbol), ..it }),
            Err(why) => faults.add(row.place, why),
        }
    }
    if faults.count > 0 {
        client::say(faults.to_string().trim_end());
        return Err(format!("rows that cannot be used: {}", faults.count));
    }
    Ok(brought)
}

/// Where each column stands, if it is there.
struct Places([Option<usize>; COLUMNS.len()]);

impl Places {
    fn of(names: &[String]) -> Result<Self, String> {
        let place = |column| names.iter().position(|name| name.trim().eq_ignore_ascii_case(column));
        let is_read =
            |name: &&String| COLUMNS.iter().any(|it| name.trim().eq_ignore_ascii_case(it));
        let unread: Vec<&str> =
            names.iter().filter(|it| !is_read(it)).map(String::as_str).collect();
        if !unread.is_empty() {
            say(&format!("columns not read: {}", unread.join(", ")));
        }
        let places = COLUMNS.map(place);
        places[0].ok_or_else(|| {
            format!("there is no column symbol; there may be {}", COLUMNS.join(", "))
        })?;
        Ok(Self(places))
    }

    fn identity(&self, cells: &StringRecord) -> Result<Identity, String> {
        let symbol: Option<Symbol> = self.cell(cells, 0)?;
        let mic: Option<Mic> = self.cell(cells, 2)?;
        Ok(Identity {
            symbol: symbol.ok_or("names no symbol")?,
            isin: self.cell(cells, 1)?,
            mic: mic.map(|mic| mic.0),
            figi: self.cell(cells, 3)?,
            composite_figi: self.cell(cells, 4)?,
            share_class_figi: self.cell(cells, 5)?,
        })
    }

    /// What stands in a column, if anything does.
    fn cell<T: FromStr<Err: ToString>>(
        &self,
        cells: &StringRecord,
        column: usize,
    ) -> Result<Option<T>, String> {
        let text = self.0[column].and_then(|place| cells.get(place)).unwrap_or_default().trim();
        let read =
            (!text.is_empty()).then(|| text.parse().map_err(|error: T::Err| error.to_string()));
        read.transpose()
    }
}

/// A market's code (ISO 10383).
struct Mic(Box<str>);

impl FromStr for Mic {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_code = text.len() == 4 && text.bytes().all(|it| it.is_ascii_alphanumeric());
        let code = is_code.then(|| Self(text.to_ascii_uppercase().into()));
        code.ok_or_else(|| {
            format!("{text:?} is no market: its code has four letters or digits, such as XPAR")
        })
    }
}

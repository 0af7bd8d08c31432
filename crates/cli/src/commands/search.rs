use std::fmt::Write;
use std::process::ExitCode;

use clap::Args;
use engine::{Engine, Found};
use market::Instrument;
use query::explain::explained;
use query::records;
use server::Config;
use table::{EncodeError, Form};

use super::{engine, fail, print, say, written};

/// What to look for, and how to print it.
#[derive(Args)]
pub(crate) struct SearchArgs {
    /// Such as airbus, AIR.PA or NL0000235190
    #[arg(required = true)]
    text: Vec<String>,
    /// As JSON, the same as /marketpulse/v1/search
    #[arg(long)]
    json: bool,
}

/// Prints the instruments that a text describes: those known here first, then
/// what an upstream found. Exit status 1 if there is none.
pub(crate) async fn search(config: Config, args: SearchArgs) -> ExitCode {
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let text = args.text.join(" ");
    let found = engine.search(&text).await;
    if let Some(why) = unanswered(&found) {
        say(&why);
    }
    let printed = match args.json.then(|| json(&engine, &text, &found)) {
        None if found.instruments.is_empty() => ExitCode::SUCCESS,
        None => print(&table(&found.instruments)),
        Some(Ok(body)) => print(&body),
        Some(Err(error)) => return fail(1, &error),
    };
    if found.instruments.is_empty() {
        return fail(
            1,
            &format!("nothing is like {text:?}; try part of a name, a symbol or an ISIN"),
        );
    }
    printed
}

/// What is missing from the result, where no upstream answered.
fn unanswered(found: &Found) -> Option<String> {
    let missed = !found.failures.is_empty();
    missed.then(|| format!("only what is known here was searched: {}", explained(&found.failures)))
}

fn json(engine: &Engine, text: &str, found: &Found) -> Result<String, EncodeError> {
    written(&records::found(text, engine, found)?, Form::JSON)
}

fn table(instruments: &[Instrument]) -> String {
    let mut table =
        format!("{:<16} {:<9} {:<9} {:<12} NAME\n", "SYMBOL", "KIND", "CURRENCY", "EXCHANGE");
    for instrument in instruments {
        // Writing to a String cannot fail.
        let _ = writeln!(table, "{}", line(instrument));
    }
    table
}

fn line(instrument: &Instrument) -> String {
    let currency = instrument.currency.as_ref().map_or("-", |currency| currency.as_str());
    format!(
        "{:<16} {:<9} {currency:<9} {:<12} {}",
        instrument.symbol.as_str(),
        instrument.kind.as_str(),
        instrument.exchange.as_deref().unwrap_or("-"),
        instrument.name
    )
}

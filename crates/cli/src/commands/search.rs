use std::fmt::Write;
use std::process::ExitCode;

use engine::Found;
use market::Instrument;
use query::explain::explained;
use server::Config;

use super::{engine, fail, print};

/// Prints the instruments that a text describes: those known here first, then
/// what an upstream found. Exit status 1 if there is none.
pub(crate) async fn search(config: Config, text: &str) -> ExitCode {
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let found = engine.search(text).await;
    if let Some(why) = unanswered(&found) {
        eprintln!("marketpulse: {why}");
    }
    if found.instruments.is_empty() {
        return fail(
            1,
            &format!("nothing is like {text:?}; try part of a name, a symbol or an ISIN"),
        );
    }
    print(&table(&found.instruments))
}

/// What is missing from the result, where no upstream answered.
fn unanswered(found: &Found) -> Option<String> {
    let missed = found.failures.iter().next().is_some();
    missed.then(|| format!("only what is known here was searched: {}", explained(&found.failures)))
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

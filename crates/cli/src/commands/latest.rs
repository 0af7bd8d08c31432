use std::fmt::Write;
use std::process::ExitCode;

use engine::Entry;
use jiff::Timestamp;
use server::Config;

use super::{engine, fail, print};

/// Prints the latest price of each watched symbol.
pub(crate) async fn latest(config: Config, as_json: bool) -> ExitCode {
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    engine.refresh_due().await;
    let (board, now) = (engine.board(), engine.now());
    if as_json {
        let mut body =
            String::from_utf8_lossy(&query::records::quote::latest(&board, now)).into_owned();
        body.push('\n');
        return print(&body);
    }
    let mut table = format!(
        "{:<12} {:>14} {:<4} {:<10} {:<10} AS OF\n",
        "SYMBOL", "PRICE", "", "FRESHNESS", "SOURCE"
    );
    for entry in &board.entries {
        // Writing to a String cannot fail.
        let _ = writeln!(table, "{}", line(entry, now));
    }
    print(&table)
}

fn line(entry: &Entry, now: Timestamp) -> String {
    let symbol = &entry.instrument.symbol;
    let Some(quote) = &entry.quote else {
        return format!(
            "{symbol:<12} {:>14} {:<4} {:<10} {:<10} {}",
            "-", "", "missing", "-", entry.failures
        );
    };
    let as_of = quote.as_of.map_or_else(|| "not stated".to_owned(), |as_of| as_of.to_string());
    let currency = quote.currency.as_ref().map_or("", |currency| currency.as_str());
    let freshness = entry.freshness(now).as_str();
    format!(
        "{symbol:<12} {:>14} {currency:<4} {freshness:<10} {:<10} {as_of}",
        quote.price.get(),
        quote.source.as_str()
    )
}

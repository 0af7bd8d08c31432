use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use engine::Entry;
use jiff::Timestamp;
use market::{Currency, Source, Symbol};
use server::Config;

use super::aligned::by_point;
use super::{each_once, engine, fail, no_price, print, say, symbols_help};

/// Whose price to print, and how.
#[derive(Args)]
pub(crate) struct LatestArgs {
    #[arg(help = format!("{}; the watchlist if none is named", symbols_help()))]
    pub(crate) symbols: Vec<Symbol>,
    /// As JSON, the same as /marketpulse/latest
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints latest prices. Why one is missing is said on standard error. Exit
/// status 1 where there is none at all.
pub(crate) async fn latest(config: Config, args: LatestArgs) -> ExitCode {
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let named = if args.symbols.is_empty() { &config.watchlist } else { &args.symbols };
    let entries = engine.quotes(&each_once(&engine, named)).await;
    let now = engine.now();
    let body = if args.json { json(&entries, now) } else { table(&entries, now) };
    let printed = print(&body);
    excuse(&entries);
    engine.persist_shown().await;
    let has_price = |entry: &Arc<Entry>| entry.quote.is_some();
    if entries.iter().any(has_price) { printed } else { ExitCode::FAILURE }
}

fn json(entries: &[Arc<Entry>], now: Timestamp) -> String {
    let body = query::records::quote::latest(entries, now);
    String::from_utf8_lossy(&body).into_owned() + "\n"
}

fn excuse(entries: &[Arc<Entry>]) {
    for entry in entries.iter().filter(|entry| entry.quote.is_none()) {
        say(&no_price(entry));
    }
}

fn table(entries: &[Arc<Entry>], now: Timestamp) -> String {
    let price = |entry: &Arc<Entry>| match &entry.quote {
        Some(quote) => quote.price.to_string(),
        None => "-".to_owned(),
    };
    let prices = by_point(&entries.iter().map(price).collect::<Vec<_>>());
    let wide = prices.iter().map(String::len).chain([14]).max().unwrap_or(0);
    let mut table = format!(
        "{:<12} {:>wide$} {:<4} {:<10} {:<10} AS OF\n",
        "SYMBOL", "PRICE", "", "FRESHNESS", "SOURCE"
    );
    for (entry, price) in entries.iter().zip(prices) {
        // Writing to a String cannot fail.
        let _ = writeln!(table, "{}", line(entry, &format!("{price:>wide$}"), now));
    }
    table
}

fn line(entry: &Entry, price: &str, now: Timestamp) -> String {
    let quote = entry.quote.as_ref();
    let currency = quote.and_then(|it| it.currency.as_ref()).map_or("", Currency::as_str);
    let as_of = quote.map_or_else(String::new, |it| {
        it.as_of.map_or_else(|| "not stated".to_owned(), |as_of| as_of.to_string())
    });
    let line = format!(
        "{:<12} {price} {currency:<4} {:<10} {:<10} {as_of}",
        entry.instrument.symbol.as_str(),
        entry.freshness(now).as_str(),
        quote.map_or("-", |it| Source::as_str(&it.source)),
    );
    line.trim_end().to_owned()
}

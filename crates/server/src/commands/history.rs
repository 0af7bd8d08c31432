use std::fmt::Write;
use std::process::ExitCode;

use market::{Bar, HistoryQuery, HistoryResult, Price, Span, series_freshness};

use super::{engine, fail, plot, print};
use crate::cli::HistoryArgs;
use crate::config::Config;
use crate::routes::history::answer;

/// Prints price history as a table, chart, JSON or CSV.
pub(crate) async fn history(config: Config, args: HistoryArgs) -> ExitCode {
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let symbol = engine.canonical(&args.symbol);
    let span = match args.from {
        None => Ok(Span::Period(args.period.unwrap_or(config.default_period))),
        Some(from) => {
            let zone = engine.instrument(&symbol).zone();
            Span::dates(from, args.to.unwrap_or_else(|| engine.now().to_zoned(zone).date()))
        }
    };
    let span = match span {
        Ok(span) => span,
        Err(error) => return fail(2, &error),
    };
    match answer(&engine, &HistoryQuery { symbol, interval: args.interval, span, source: None })
        .await
    {
        Ok(answer) if args.json => {
            print(&(String::from_utf8_lossy(&crate::json::history(&answer, engine.now())) + "\n"))
        }
        Ok(answer) if args.csv => print(&csv(&answer)),
        Ok(answer) if args.plot => print(&plot::plot(&answer, engine.now())),
        Ok(answer) => print(&table(&answer, series_freshness(&answer, engine.now()).as_str())),
        Err(error) => fail(1, &error),
    }
}

fn csv(answer: &HistoryResult) -> String {
    let intraday = answer.question.interval.is_intraday();
    let mut csv = String::from(if intraday { "date,open_time" } else { "date" });
    csv.push_str(",open,high,low,close,volume\n");
    for bar in answer.series.bars() {
        let when =
            if intraday { format!("{},{}", bar.date, bar.open_time) } else { bar.date.to_string() };
        let volume = bar.volume.map_or_else(String::new, |volume| volume.to_string());
        let [open, high, low] = [bar.open, bar.high, bar.low].map(or_empty);
        // Writing to a String cannot fail.
        let _ = writeln!(csv, "{when},{open},{high},{low},{},{volume}", bar.close);
    }
    csv
}

fn or_empty(price: Option<Price>) -> String {
    price.map_or_else(String::new, |price| price.to_string())
}

fn table(answer: &HistoryResult, freshness: &str) -> String {
    let head = &answer.series.head;
    let currency = head.currency.as_ref().map_or("currency not stated", |c| c.as_str());
    let mut table = format!(
        "{} ({}), {currency}, {} bars of {} from {}, {freshness}, received {}\n",
        answer.instrument.name,
        head.symbol,
        answer.series.len(),
        head.interval,
        head.source,
        answer.received_at
    );
    let _ = writeln!(
        table,
        "{:<20} {:>12} {:>12} {:>12} {:>12} {:>16}",
        "DATE", "OPEN", "HIGH", "LOW", "CLOSE", "VOLUME"
    );
    let intraday = head.interval.is_intraday();
    for bar in answer.series.bars() {
        let _ = writeln!(table, "{}", row(&bar, intraday));
    }
    table
}

fn row(bar: &Bar, intraday: bool) -> String {
    let when = if intraday { bar.open_time.to_string() } else { bar.date.to_string() };
    let cell =
        |price: Option<Price>| price.map_or_else(|| "-".to_owned(), |price| price.to_string());
    let volume = bar.volume.map_or_else(|| "-".to_owned(), |volume| volume.to_string());
    let running = if bar.provisional { "  running" } else { "" };
    let [open, high, low] = [bar.open, bar.high, bar.low].map(cell);
    format!(
        "{when:<20} {open:>12} {high:>12} {low:>12} {:>12} {volume:>16}{running}",
        bar.close.to_string()
    )
}

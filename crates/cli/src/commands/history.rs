use std::fmt::Write;
use std::process::ExitCode;

use ::engine::Engine;
use clap::Args;
use market::{
    Adjust, Bar, HistoryQuery, HistoryResult, Interval, Period, Price, Span, Symbol,
    series_freshness,
};
use query::history::{answer, locate, today};
use query::{PriceView, lack};
use server::Config;
use table::Form;
use table::text::with_causes;

use super::{bars, engine, fail, plot, print, symbols_help};

/// Which history to print, and how.
#[derive(Args)]
pub(crate) struct HistoryArgs {
    #[arg(help = symbols_help())]
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
    #[arg(long, conflicts_with_all = ["csv", "format"])]
    pub(crate) json: bool,
    /// As CSV, the same as export; short for --format csv
    #[arg(long, conflicts_with = "format")]
    pub(crate) csv: bool,
    /// csv, ndjson, json, columns, arrow or parquet, the same as export
    #[arg(long)]
    pub(crate) format: Option<Form>,
    /// As a chart of the closes, for the terminal
    #[arg(long, conflicts_with_all = ["json", "csv", "format"])]
    pub(crate) plot: bool,
}

/// Prints price history as a table, chart, JSON or any form of export.
pub(crate) async fn history(config: Config, args: HistoryArgs) -> ExitCode {
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let question = match question(&engine, &config, &args).await {
        Ok(question) => question,
        Err(error) => return fail(2, &error),
    };
    if let Some(form) = args.format.or(args.csv.then_some(Form::CSV)) {
        return print_as(&engine, &question, form).await;
    }
    match answer(&engine, &question).await {
        Ok(answer) if args.json => {
            let body = query::records::history(&answer, engine.now());
            print(&(String::from_utf8_lossy(&body) + "\n"))
        }
        Ok(answer) if args.plot => print(&plot::plot(&answer, engine.now())),
        Ok(answer) => print(&table(&answer, series_freshness(&answer, engine.now()).as_str())),
        Err(error) => fail(1, &with_causes(&error)),
    }
}

async fn question(
    engine: &Engine,
    config: &Config,
    args: &HistoryArgs,
) -> Result<HistoryQuery, market::SpanError> {
    let symbol = engine.canonical(&args.symbol);
    locate(engine, std::slice::from_ref(&symbol), (args.from, args.to)).await;
    let span = match args.from {
        None => Span::Period(args.period.unwrap_or(config.default_period)),
        Some(from) => Span::dates(from, args.to.unwrap_or_else(|| today(engine, &symbol)))?,
    };
    Ok(HistoryQuery { symbol, interval: args.interval, span, source: None })
}

/// Writes the bars as export does, with the same marks and sources.
async fn print_as(engine: &Engine, question: &HistoryQuery, form: Form) -> ExitCode {
    let view = PriceView { adjust: Adjust::Splits, known_at: None };
    let written = async {
        let pieces = bars::ask(engine, question, view).await?.pieces(form).await?;
        bars::write_to_output(pieces).map_err(|error| format!("cannot write the answer: {error}"))
    };
    match written.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => fail(1, &message),
    }
}

fn table(answer: &HistoryResult, freshness: &str) -> String {
    let head = &answer.series.head;
    let currency = head.currency.as_ref().map_or("currency not stated", |c| c.as_str());
    let missing = lack(answer).map_or_else(String::new, |lack| format!(", {lack}"));
    let mut table = format!(
        "{} ({}), {currency}, {} bars of {} from {}, {freshness}{missing}, received {}\n",
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

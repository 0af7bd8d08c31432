use std::fmt::Write;
use std::process::ExitCode;

use ::engine::Engine;
use clap::Args;
use market::{
    Adjust, Bar, Bound, HistoryQuery, HistoryResult, Interval, Period, Price, Symbol,
    series_freshness,
};
use query::history::{answer, check, locate};
use query::{PriceView, Refusal, lack};
use server::Config;
use table::Form;
use table::text::with_causes;

use super::aligned::by_point;
use super::{bars, engine, fail, forms_help, intervals_help, plot, print, symbols_help};

/// Which history to print, and how.
#[derive(Args)]
pub(crate) struct HistoryArgs {
    #[arg(help = symbols_help())]
    pub(crate) symbol: Symbol,
    /// How far back: 7d, 1mo, 3mo, 6mo, 1y, 5y, ytd, max, any <n>d, <n>wk, <n>mo, <n>y
    #[arg(long)]
    pub(crate) period: Option<Period>,
    #[arg(long, default_value = "1d", help = intervals_help())]
    pub(crate) interval: Interval,
    /// First trading date, YYYY-MM-DD, or an instant: RFC 3339, or seconds or milliseconds since 1970; instead of a period
    #[arg(long, conflicts_with = "period")]
    pub(crate) from: Option<Bound>,
    /// Last trading date, with all of its bars, or an instant; now where only --from is given
    #[arg(long, requires = "from")]
    pub(crate) to: Option<Bound>,
    /// As JSON, the same as /marketpulse/history
    #[arg(long, conflicts_with_all = ["csv", "format"])]
    pub(crate) json: bool,
    /// As CSV, the same as export; short for --format csv
    #[arg(long, conflicts_with = "format")]
    pub(crate) csv: bool,
    #[arg(long, help = format!("{}; the same as export", forms_help()))]
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
    let view = view(&args);
    if let Some(form) = args.format.or(args.csv.then_some(Form::CSV)) {
        return print_as(&engine, &question, view, form).await;
    }
    let now = engine.now();
    match answer(&engine, &question).await {
        Ok(answer) if args.json => {
            let body = query::records::history(&answer, view.opened, now);
            print(&(String::from_utf8_lossy(&body) + "\n"))
        }
        Ok(answer) if args.plot => print(&plot::plot(&requested(&answer, view), now)),
        Ok(answer) => {
            let freshness = series_freshness(&answer, now);
            print(&table(&requested(&answer, view), freshness.as_str()))
        }
        Err(error) => fail(1, &with_causes(&error)),
    }
}

async fn question(
    engine: &Engine,
    config: &Config,
    args: &HistoryArgs,
) -> Result<HistoryQuery, Refusal> {
    let (symbol, bounds) = (engine.canonical(&args.symbol), (args.from, args.to));
    check(args.period, bounds)?;
    locate(engine, std::slice::from_ref(&symbol), bounds).await;
    let asked = (args.period, bounds);
    let span = view(args).span(engine, &symbol, asked, config.default_period)?;
    Ok(HistoryQuery { symbol, interval: args.interval, span, source: None })
}

fn view(args: &HistoryArgs) -> PriceView {
    PriceView::of_all(Adjust::Splits, None).between((args.from, args.to), args.interval)
}

/// An answer with those of its bars alone that are requested. What it lacks was found
/// out of all of them.
fn requested(answer: &HistoryResult, view: PriceView) -> HistoryResult {
    answer.coverage();
    let series = view.opened.of(answer.series.clone());
    HistoryResult { series, ..answer.clone() }
}

/// Writes the bars as export does, with the same marks and sources.
async fn print_as(
    engine: &Engine,
    question: &HistoryQuery,
    view: PriceView,
    form: Form,
) -> ExitCode {
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
    let title = format!(
        "{} ({}), {currency}, {} bars of {} from {}, {freshness}{missing}, received {}\n",
        answer.instrument.name,
        head.symbol,
        answer.series.len(),
        head.interval,
        head.source,
        answer.received_at
    );
    let bars: Vec<Bar> = answer.series.bars().collect();
    title + &columns(&bars, head.interval.is_intraday())
}

/// Heads, and a row for each bar below them.
fn columns(bars: &[Bar], intraday: bool) -> String {
    let of: [fn(&Bar) -> Option<Price>; 4] =
        [|bar| bar.open, |bar| bar.high, |bar| bar.low, |bar| Some(bar.close)];
    let figures = of.map(|of| prices(bars.iter().map(of)));
    let wide = figures.iter().flatten().map(String::len).chain([12]).max().unwrap_or(0);
    let heads = ["OPEN", "HIGH", "LOW", "CLOSE"].map(|head| format!("{head:>wide$}")).join(" ");
    let mut columns = format!("{:<20} {heads} {:>16}\n", "DATE", "VOLUME");
    for (i, bar) in bars.iter().enumerate() {
        let prices = figures.each_ref().map(|of| format!("{:>wide$}", of[i])).join(" ");
        // Writing to a String cannot fail.
        let _ = writeln!(columns, "{}", row(bar, &prices, intraday));
    }
    columns
}

/// Prices of one column, their points below each other.
fn prices(column: impl Iterator<Item = Option<Price>>) -> Vec<String> {
    let cell = |price: Option<Price>| price.map_or_else(|| "-".to_owned(), |it| it.to_string());
    by_point(&column.map(cell).collect::<Vec<_>>())
}

fn row(bar: &Bar, prices: &str, intraday: bool) -> String {
    let when = if intraday { bar.open_time.to_string() } else { bar.date.to_string() };
    let volume = bar.volume.map_or_else(|| "-".to_owned(), |volume| volume.to_string());
    let running = if bar.provisional { "  running" } else { "" };
    format!("{when:<20} {prices} {volume:>16}{running}")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn heads_stand_above_their_figures_however_wide_the_widest_is() {
        let price = |text: &str| text.parse().ok().and_then(Price::new);
        let bar = Bar {
            open_time: jiff::Timestamp::UNIX_EPOCH,
            date: date(1970, 1, 1),
            open: price("9.5"),
            high: price("1234567890.125"),
            low: price("9.25"),
            close: price("9.75").unwrap(),
            adj_close: None,
            volume: Some(7.0),
            provisional: false,
        };
        let columns = columns(&[bar], false);
        let ends = |word: &str| {
            let line = columns.lines().find(|line| line.contains(word)).unwrap();
            line.find(word).unwrap() + word.len()
        };
        for (head, figure) in
            [("OPEN", "9.5"), ("HIGH", "1234567890.125"), ("LOW", "9.25"), ("CLOSE", "9.75")]
        {
            assert_eq!(ends(head), ends(figure), "{head}:\n{columns}");
        }
        assert_eq!(columns.lines().map(str::len).collect::<Vec<_>>(), [97; 2], "{columns}");
    }
}

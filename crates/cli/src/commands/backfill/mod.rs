//! Fetching history into the store, for many symbols at once.

mod fill;
mod patience;
mod pauses;
mod progress;
mod report;
mod streak;

use clap::Args;
use market::{Interval, Period, Symbol};
use std::process::ExitCode;

use engine::Engine;
use market::{HistoryQuery, Source, Span};
use server::{Config, Environment};
use tracing_subscriber::EnvFilter;

use super::{PART, client, each_once, engine, fail, intervals_help, print, symbols_help};
use fill::{Desk, Outcome};
use patience::UntilInterrupted;
use progress::Progress;
use report::{Row, report};
use streak::{IN_A_ROW, failing};

/// Whose history to fetch, and how much of it.
#[derive(Args)]
pub(crate) struct BackfillArgs {
    #[arg(help = symbols_help(), required_unless_present = "watchlist")]
    pub(crate) symbols: Vec<Symbol>,
    /// Every symbol of the watchlist instead
    #[arg(long, conflicts_with = "symbols")]
    pub(crate) watchlist: bool,
    /// How far back: 7d, 1mo, 3mo, 6mo, 1y, 5y, ytd, max, any <n>d, <n>wk, <n>mo, <n>y
    #[arg(long, default_value = "max")]
    pub(crate) period: Period,
    #[arg(long, default_value = "1d", help = intervals_help())]
    pub(crate) interval: Interval,
    /// Content with a part where the whole cannot be had
    #[arg(long)]
    pub(crate) partial: bool,
    /// Report as JSON: an object for each symbol
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a shell expects of a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// Fetches history into the store, one question after another.
///
/// Exit status 1 if any symbol's could not be had, or an upstream is down; 3 if of
/// any only a part could; 130 if Ctrl-C ended it.
pub(crate) async fn backfill(config: Config, args: BackfillArgs) -> ExitCode {
    if config.offline {
        return fail(2, &"backfill asks upstreams, which MARKETPULSE_OFFLINE forbids; unset it");
    }
    if !client::is_elsewhere() {
        warn_of_the_store();
    }
    // Nothing simulated is stored, so the simulator has no part in this.
    let config = Config { environment: Environment::Production, ..config };
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let (partial, as_json) = (args.partial, args.json);
    let questions = questions(&engine, &config, args);
    let begun = engine.now();
    let patience = UntilInterrupted::new(Progress::new(questions.len(), begun));
    let desk = Desk { engine: &engine, begun, patience: &patience };
    let rows = fetch_all(&desk, &questions).await;
    patience.progress.finish();
    let printed = print(&if as_json { report::json(&rows) } else { report(&rows) });
    match failing(&rows) {
        _ if rows.len() == questions.len() => status(&rows, partial, printed),
        Some(source) if !patience.is_over() => given_up(source, &rows, &questions),
        _ => interrupted(&rows, &questions),
    }
}

/// What the store cannot write is said in the log alone. What upstreams do is said
/// symbol by symbol, and need not be said twice.
fn warn_of_the_store() {
    let ours = EnvFilter::new("engine=warn,engine::upstream=off,store=warn,marketpulse=warn");
    let log = tracing_subscriber::fmt().with_env_filter(ours).with_writer(std::io::stderr);
    log.compact().without_time().with_ansi(false).init();
}

/// Each instrument once. Bars that no upstream publishes are made of finer ones,
/// and those are fetched.
fn questions(engine: &Engine, config: &Config, args: BackfillArgs) -> Vec<HistoryQuery> {
    let named = if args.watchlist { config.watchlist.clone() } else { args.symbols };
    let interval = args.interval.made_of().unwrap_or(args.interval);
    let span = Span::Period(args.period);
    let question = |symbol| HistoryQuery { symbol, interval, span, source: None };
    each_once(engine, &named).into_iter().map(question).collect()
}

/// Fewer rows than questions mean that somebody wants it to stop, or that an
/// upstream is down.
async fn fetch_all(desk: &Desk<'_, UntilInterrupted>, questions: &[HistoryQuery]) -> Vec<Row> {
    let mut rows = Vec::new();
    for question in questions {
        if desk.patience.is_over() || failing(&rows).is_some() {
            break;
        }
        let Some(outcome) = desk.fill(question).await else { break };
        let row = Row { symbol: question.symbol.clone(), outcome };
        desk.patience.progress.done(&row, desk.engine.now());
        rows.push(row);
    }
    rows
}

fn status(rows: &[Row], partial: bool, printed: ExitCode) -> ExitCode {
    let failed = rows.iter().any(|row| matches!(row.outcome, Outcome::Failed { .. }));
    let parts = rows.iter().filter(|row| row.lack().is_some()).count();
    if failed {
        ExitCode::FAILURE
    } else if parts > 0 && !partial {
        let message = "what could be had is stored; ask again later, or take it with --partial";
        fail(PART, &format!("of {parts} symbols only a part could be had; {message}"))
    } else {
        printed
    }
}

fn given_up(source: &Source, rows: &[Row], questions: &[HistoryQuery]) -> ExitCode {
    let message = format!(
        "stopped after {} of {} symbols, because {source} failed for {IN_A_ROW} in a row; once it \
         answers again, the same command asks for what is not stored and current",
        rows.len(),
        questions.len()
    );
    fail(1, &message)
}

fn interrupted(rows: &[Row], questions: &[HistoryQuery]) -> ExitCode {
    let message = format!(
        "stopped after {} of {} symbols; the same command goes on with {}, and asks for nothing \
         that is stored and current",
        rows.len(),
        questions.len(),
        questions[rows.len()].symbol
    );
    fail(INTERRUPTED, &message)
}

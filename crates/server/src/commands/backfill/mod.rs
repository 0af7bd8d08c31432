//! Fetching history into the store, for many symbols at once.

mod fill;
mod next;
mod patience;
mod progress;
mod report;

use std::collections::HashSet;
use std::process::ExitCode;

use engine::Engine;
use market::{Question, Span};
use store::SqliteStore;

use super::{engine, fail, print};
use crate::cli::BackfillArgs;
use crate::config::{Config, Environment};
use fill::{Desk, Outcome};
use patience::UntilInterrupted;
use progress::Progress;
use report::{Row, report};

/// What a shell expects of a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// Fetches history into the store, one question after another.
///
/// Exit status 1 if any symbol's could not be had, 130 if Ctrl-C ended it.
pub(crate) async fn backfill(config: Config, args: BackfillArgs) -> ExitCode {
    if config.offline {
        return fail(2, &"backfill asks upstreams, which MARKETPULSE_OFFLINE forbids; unset it");
    }
    // Nothing simulated is stored, so the simulator has no part in this.
    let config = Config { environment: Environment::Production, ..config };
    let engine = match engine(&config).await {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let store = match SqliteStore::open_for_reading(&config.database) {
        Ok(store) => store,
        Err(error) => return fail(1, &error),
    };
    let questions = questions(&engine, &config, args);
    let patience = UntilInterrupted::new(Progress::new(questions.len(), engine.now()));
    let desk = Desk { engine: &engine, store: &store, patience: &patience };
    let rows = fetch_all(&desk, &questions).await;
    patience.progress.finish();
    let printed = print(&report(&rows));
    if rows.len() < questions.len() {
        interrupted(&rows, &questions)
    } else {
        status(&rows, printed)
    }
}

/// Each instrument once. Bars that no upstream publishes are made of finer ones,
/// and those are fetched.
fn questions(engine: &Engine, config: &Config, args: BackfillArgs) -> Vec<Question> {
    let named = if args.watchlist { config.watchlist.clone() } else { args.symbols };
    let interval = args.interval.made_of().unwrap_or(args.interval);
    let mut seen = HashSet::new();
    let symbols = named.iter().map(|symbol| engine.canonical(symbol));
    symbols
        .filter(|symbol| seen.insert(symbol.clone()))
        .map(|symbol| Question { symbol, interval, span: Span::Period(args.period), source: None })
        .collect()
}

/// Fewer rows than questions mean that somebody wants it to stop.
async fn fetch_all(desk: &Desk<'_, UntilInterrupted>, questions: &[Question]) -> Vec<Row> {
    let mut rows = Vec::new();
    for question in questions {
        if desk.patience.is_over() {
            break;
        }
        let Some(outcome) = desk.fill(question).await else { break };
        let row = Row { symbol: question.symbol.clone(), outcome };
        desk.patience.progress.done(&row, desk.engine.now());
        rows.push(row);
    }
    rows
}

fn status(rows: &[Row], printed: ExitCode) -> ExitCode {
    let failed = rows.iter().any(|row| matches!(row.outcome, Outcome::Failed(_)));
    if failed { ExitCode::FAILURE } else { printed }
}

fn interrupted(rows: &[Row], questions: &[Question]) -> ExitCode {
    let message = format!(
        "stopped after {} of {} symbols; the same command goes on with {}, and asks for nothing \
         that is stored and current",
        rows.len(),
        questions.len(),
        questions[rows.len()].symbol
    );
    fail(INTERRUPTED, &message)
}

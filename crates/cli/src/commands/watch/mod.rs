//! Prices as they change, as a table in place or line by line.

mod lines;
mod row;
mod screen;
mod table;
#[cfg(test)]
mod tests;

use clap::Args;
use std::io;
use std::os::fd::AsFd;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use engine::{Engine, Entry};
use jiff::Timestamp;
use market::Symbol;
use query::Refusal;
use server::{Config, Opening, SystemClock, stop_requested};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::{each_once, fail, no_demo, say, symbols_help};
use lines::{LineFormat, Lines};
use screen::Screen;

/// Whose prices to show, and how.
#[derive(Args)]
pub(crate) struct WatchArgs {
    #[arg(help = symbols_help() + "; the watchlist if none is named")]
    pub(crate) symbols: Vec<Symbol>,
    /// Write a line for each change, on a terminal as well; text where there is none
    #[arg(long, value_enum)]
    pub(crate) format: Option<LineFormat>,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// Run on the built-in simulator alone: no upstream is asked, nothing is stored
    #[arg(long)]
    pub(crate) demo: bool,
}

/// What is written, below `watch --help`.
pub(crate) fn watch_help() -> String {
    WATCH_HELP.replace("{source}", server::WITH_HISTORY[0])
}

const WATCH_HELP: &str = "\
On a terminal: a table, drawn anew with each change and each second. Ctrl-C ends it. Without colours where NO_COLOR is set.

Elsewhere, or with --format: a line for each change, written at once.
  text  2025-10-29T14:30:07.250Z AAPL 269.05 +0.83 fresh {source}
        when it was seen, symbol, price, change in per cent, freshness, source; - where it is not known
  json  an object with the timestamp and what /marketpulse/latest says of a quote, except its age

Freshness is fresh, stale, missing or simulated. Changes within a tenth of a second are one. A symbol that no source knows is
named on standard error, and the others go on; exit status 1 if there are no others.";

/// Ages are shown in seconds.
const REDRAW_EVERY: Duration = Duration::from_secs(1);

/// Changes that come within so short a time are shown as one.
const REST: Duration = Duration::from_millis(100);

/// Shows prices as they change until Ctrl-C, or until nobody reads them.
///
/// Exit status 1 where no source knows any of the symbols.
pub(crate) async fn watch(mut config: Config, args: WatchArgs) -> ExitCode {
    if let Some(fault) = no_demo(&config, args.demo) {
        return fail(2, &fault);
    }
    let asked = if args.symbols.is_empty() {
        config.watchlist.clone()
    } else {
        // What nobody looks at is not asked of upstreams.
        config.watchlist.clear();
        args.symbols
    };
    // From the first line on it ends as it is told to.
    let asked_to_stop = stop_requested();
    let engine = server::engine(&config, args.demo, Arc::new(SystemClock), &Opening::Once).await;
    let engine = match engine {
        Ok(engine) => engine,
        Err(message) => return fail(1, &message),
    };
    let symbols = each_once(&engine, &asked);
    let (stop, stopping) = watch::channel(false);
    let _demand = engine.demand(&symbols);
    let refreshing = tokio::spawn({
        let engine = engine.clone();
        async move { engine.run(stopping).await }
    });
    let view = View::open(args.format.or(args.json.then_some(LineFormat::Json)));
    let end = follow(&engine, symbols, view, ended(asked_to_stop)).await;
    stop.send_replace(true);
    // What has arrived is still stored.
    let _ = refreshing.await;
    match end {
        Ok(End::Stopped) => ExitCode::SUCCESS,
        Ok(End::NothingLeft) => ExitCode::FAILURE,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(1, &format!("prices cannot be shown: {error}")),
    }
}

/// Why there is no more to show.
enum End {
    /// Somebody said so, or nobody reads any longer.
    Stopped,
    /// No source knows any of the symbols.
    NothingLeft,
}

async fn follow(
    engine: &Engine,
    mut symbols: Vec<Symbol>,
    mut view: View,
    ended: impl Future<Output = ()>,
) -> io::Result<End> {
    let mut changes = engine.board_changes();
    let mut seconds = interval(REDRAW_EVERY);
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut ended = pin!(ended);
    loop {
        tokio::select! {
            _ = seconds.tick() => {}
            Ok(()) = changes.changed() => {}
            () = &mut ended => return Ok(End::Stopped),
        }
        for notice in leave_out_unknown(engine, &mut symbols) {
            view.note(notice);
        }
        if symbols.is_empty() {
            return Ok(End::NothingLeft);
        }
        let board = engine.board();
        let entries: Vec<_> =
            symbols.iter().filter_map(|symbol| board.entry(symbol).cloned()).collect();
        view.show(&entries, engine.now())?;
        sleep(REST).await;
    }
}

/// Ends when somebody says so, or when nobody reads any longer.
async fn ended(asked_to_stop: impl Future<Output = ()>) {
    tokio::select! {
        () = asked_to_stop => {}
        () = left_by_reader() => {}
    }
}

/// Ends when the other end of a pipe is closed: otherwise that would show only
/// with the next change, perhaps on Monday.
async fn left_by_reader() {
    let out = io::stdout().as_fd().try_clone_to_owned();
    #[expect(
        deprecated,
        reason = "an OwnedFd stays open while it is here; what replaces it is unsafe"
    )]
    let watched = |out| AsyncFd::with_interest(out, Interest::ERROR);
    match out.and_then(watched) {
        Ok(out) => drop(out.ready(Interest::ERROR).await),
        // A file, which nobody leaves.
        Err(_) => std::future::pending().await,
    }
}

/// Takes away the symbols that healthy sources do not know, and says what may
/// have been meant.
fn leave_out_unknown(engine: &Engine, symbols: &mut Vec<Symbol>) -> Vec<String> {
    let board = engine.board();
    let is_unknown = |entry: &Arc<Entry>| entry.quote.is_none() && entry.failures.is_unknown();
    let unknown = symbols.extract_if(.., |symbol| board.entry(symbol).is_some_and(is_unknown));
    let notice = |symbol: Symbol| {
        let near = engine.near(&symbol);
        Refusal::Unknown { symbol, near }.to_string()
    };
    unknown.map(notice).collect()
}

/// Where prices are shown.
enum View {
    Screen(Screen),
    Lines(Lines<io::Stdout>),
}

impl View {
    /// A table where there is a terminal for it, unless lines are asked for.
    fn open(format: Option<LineFormat>) -> Self {
        let screen = if format.is_none() { Screen::open() } else { None };
        let lines = || Lines::new(io::stdout(), format.unwrap_or(LineFormat::Text));
        screen.map_or_else(|| Self::Lines(lines()), Self::Screen)
    }

    fn show(&mut self, entries: &[Arc<Entry>], now: Timestamp) -> io::Result<()> {
        match self {
            Self::Screen(screen) => screen.show(entries, now),
            Self::Lines(lines) => {
                lines.show(entries, now)?.iter().for_each(|excuse| say(excuse));
                Ok(())
            }
        }
    }

    fn note(&mut self, notice: String) {
        match self {
            Self::Screen(screen) => screen.note(notice),
            Self::Lines(_) => say(&notice),
        }
    }
}

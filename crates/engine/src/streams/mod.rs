//! Prices that upstreams send as they change.
//!
//! One task per stream follows what is watched: it opens the connection when
//! something is requested of it, subscribes, unsubscribes, and connects again
//! after a loss. What arrives is checked, shown and stored as polled prices are.
//! While a stream covers an instrument, polling is put off; when it is lost, a
//! poll fills the gap at once. Each connection passes the gate of its upstream. A
//! task that panics is started again.

mod backoff;
mod connection;
mod coverage;
mod follower;
mod probe;
mod state;
mod supervised;

use std::cmp::Reverse;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use market::{Instrument, Moment, Source, SourceError, Symbol, Tick};
use tokio::sync::watch;
use tokio::task::JoinSet;

use coverage::Coverage;
use state::StreamState;
pub use state::{StreamPhase, StreamStatus};
use supervised::supervise;

use crate::board::{QuoteBoard, Ticked};
use crate::context::Context;
use crate::history::History;
use crate::schedule::Schedule;
use crate::upstream::Upstream;

/// Every stream that may be opened, and what arrived over them.
pub(crate) struct Streams {
    context: Context,
    board: Arc<QuoteBoard>,
    schedule: Arc<Schedule>,
    history: Arc<History>,
    states: Vec<Arc<StreamState>>,
    /// How often a stream did not know an instrument.
    unknown: AtomicU64,
    coverage: Coverage,
}

/// All that decides what is requested of each stream: while it is as before, so is
/// that.
#[derive(PartialEq)]
struct Circumstances {
    watched: u64,
    unknown: u64,
    are_long_down: Vec<bool>,
    /// What was not known, and descriptions, are looked at again each minute.
    minutes: u64,
}

impl Streams {
    pub(crate) fn new(
        context: Context,
        board: Arc<QuoteBoard>,
        schedule: Arc<Schedule>,
        history: Arc<History>,
    ) -> Self {
        let real = context.upstreams().streams().into_iter();
        let real = real.map(|stream| StreamState::new(stream, false));
        let simulated = context.upstreams().simulator().and_then(|it| it.stream.clone());
        let simulated = simulated.map(|stream| StreamState::new(stream, true));
        let states = real.chain(simulated).map(Arc::new).collect();
        let (unknown, coverage) = (AtomicU64::new(0), Coverage::default());
        Self { context, board, schedule, history, states, unknown, coverage }
    }

    /// Follows every stream until `stop` turns true.
    pub(crate) fn follow(self: &Arc<Self>, stop: &watch::Receiver<bool>) -> JoinSet<()> {
        let states = self.states.iter();
        states.map(|it| supervise(Arc::clone(self), Arc::clone(it), stop.clone())).collect()
    }

    /// How each stream is, by its source's name.
    pub(crate) fn statuses(&self) -> Vec<StreamStatus> {
        let mut all: Vec<_> = self.states.iter().map(|state| state.status()).collect();
        all.sort_by(|a, b| a.source.cmp(&b.source));
        all
    }

    /// Since when an upstream's stream has been away though something is requested
    /// of it.
    pub(crate) fn down_since(&self, upstream: &Source) -> Option<Timestamp> {
        let state = self.states.iter().find(|state| state.upstream() == upstream)?;
        state.down_since()
    }

    /// Whether a stream covers an instrument, so that it need not be polled.
    pub(crate) fn covers(&self, symbol: &Symbol, now: Moment) -> bool {
        self.coverage.covers(symbol, now, self.every())
    }

    /// A poll has brought what it could.
    pub(crate) fn polled(&self, symbol: &Symbol) {
        self.coverage.polled(symbol);
    }

    fn every(&self) -> Duration {
        self.context.settings().refresh_every
    }

    fn circumstances(&self) -> Circumstances {
        let (now, long) = (self.context.moment(), self.every());
        Circumstances {
            watched: self.schedule.version(),
            unknown: self.unknown.load(Ordering::Relaxed),
            are_long_down: self.states.iter().map(|it| it.is_long_down(now, long)).collect(),
            minutes: now.since(Moment::default()).as_secs() / 60,
        }
    }

    /// What is requested of a stream: of all that is watched, what it is the first
    /// to serve among those that are there. Of the simulator, what has no real
    /// price. Where it serves only so many, the watchlist and then what most follow.
    fn requested_of(&self, state: &StreamState) -> Vec<Symbol> {
        let board = self.board.current();
        let has_no_value =
            move |symbol: &Symbol| board.entry(symbol).is_some_and(|it| it.has_no_value());
        let is_requested = move |symbol: &Symbol| {
            if state.is_simulated() {
                has_no_value(symbol)
            } else {
                self.is_served_by(symbol, state)
            }
        };
        let mut requested: Vec<Symbol> =
            self.schedule.watched().into_iter().filter(is_requested).collect();
        let most = state.stream().most();
        if requested.len() > most {
            let interest = self.context.interest();
            let wanted = |it: &Symbol| (interest.is_watched(it), interest.followers(it));
            requested.sort_by_cached_key(|it| (Reverse(wanted(it)), it.clone()));
            requested.truncate(most);
        }
        requested
    }

    fn is_served_by(&self, symbol: &Symbol, state: &StreamState) -> bool {
        let (now, long) = (self.context.moment(), self.every());
        let order = self.context.catalog().streams(symbol).iter();
        let named = |name: &&str| self.states.iter().find(|it| it.source().as_str() == *name);
        let mut able = order.filter_map(named).filter(|it| self.can_serve(symbol, it));
        // One that is away goes on being asked, or it would never come back.
        let first = able.find(|it| it.is(state) || !it.is_long_down(now, long));
        first.is_some_and(|first| first.is(state))
    }

    fn can_serve(&self, symbol: &Symbol, state: &StreamState) -> bool {
        state.stream().streams(&self.context.instrument(symbol))
            && !self.context.upstreams().is_known_unknown(state.upstream(), symbol)
    }

    /// Shows what a stream sent, all of it as one change. Whether any was news.
    fn take_ticks(&self, state: &StreamState, ticks: &[Tick]) -> bool {
        let (now, every) = (self.context.moment(), self.every());
        let accepted = |tick: &Tick, instrument: &Instrument| {
            self.history.take_tick(tick, instrument);
        };
        let Ticked { news, doubted } = self.board.show_ticks(ticks, state.is_simulated(), accepted);
        for symbol in &doubted {
            if let Some(at) = self.coverage.doubt(symbol, now, every) {
                self.schedule.hasten(symbol, at);
            }
        }
        // What is simulated puts off no poll.
        for (symbol, is_whole) in news.iter().filter(|_| !state.is_simulated()) {
            if let Some(at) = self.coverage.report(symbol, *is_whole, now, every) {
                self.schedule.hasten(symbol, at);
            }
        }
        !news.is_empty()
    }

    /// What a connection must pass; the simulator has none.
    fn gate(&self, state: &StreamState) -> Option<&Upstream> {
        (!state.is_simulated()).then(|| self.context.upstreams().gate(state.upstream()))
    }

    /// A stream does not know an instrument; another may.
    fn is_unknown_to(&self, state: &StreamState, symbol: &Symbol, error: &SourceError) {
        self.context.upstreams().remember_unknown(state.upstream(), symbol, Some(error));
        self.unknown.fetch_add(1, Ordering::Relaxed);
    }

    /// A stream is lost: what it covered is polled at once.
    fn fill_gap(&self, source: &Source, symbols: &[Symbol]) {
        self.history.interrupt(source, symbols);
        for (symbol, at) in self.coverage.lose(symbols, self.context.moment(), self.every()) {
            self.schedule.hasten(&symbol, at);
        }
    }

    /// A stream has been asked to leave these out.
    fn leave_out(&self, source: &Source, symbols: &[Symbol]) {
        self.history.interrupt(source, symbols);
        self.coverage.forget(symbols);
    }
}

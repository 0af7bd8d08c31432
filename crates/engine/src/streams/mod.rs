//! Prices that upstreams send as they change.
//!
//! One task per stream follows what is watched: it opens the connection when
//! something is wanted of it, subscribes, lets go, and comes back after a loss.
//! What it hears is judged, shown and kept as polled prices are. While a stream
//! tells of an instrument, polling is put off; when it is lost, a poll fills the
//! gap at once. Each connection passes the gate of its upstream. A task that panics
//! is started again.

mod backoff;
mod completed;
mod feed;
mod follower;
mod heard;
mod open;
mod probe;
mod supervised;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use market::{Instrument, Quote, Source, SourceError, StreamSource, Symbol, Tick};
use tokio::sync::watch;
use tokio::task::JoinSet;

use completed::completed;
pub(crate) use completed::{Completed, fill};
use feed::Feed;
pub use feed::{StreamState, StreamStatus};
pub(crate) use heard::Heard;
use supervised::supervise;

use crate::engine::Engine;
use crate::sources::Simulator;
use crate::upstream::Upstream;

/// Every stream that may be opened, and what was heard of them.
pub(crate) struct Streams {
    feeds: Vec<Arc<Feed>>,
    /// How often a stream did not know an instrument.
    unknown: AtomicU64,
    pub(crate) heard: Heard,
}

impl Streams {
    pub(crate) fn new(streams: Vec<Arc<dyn StreamSource>>, simulator: Option<&Simulator>) -> Self {
        let real = streams.into_iter().map(|stream| Feed::new(stream, false));
        let simulated = simulator.and_then(|simulator| simulator.stream.clone());
        let simulated = simulated.map(|stream| Feed::new(stream, true));
        let feeds = real.chain(simulated).map(Arc::new).collect();
        Self { feeds, unknown: AtomicU64::new(0), heard: Heard::default() }
    }

    /// Since when an upstream's stream has been away though it is wanted.
    pub(crate) fn down_since(&self, upstream: &Source) -> Option<Timestamp> {
        let feed = self.feeds.iter().find(|feed| feed.upstream == *upstream)?;
        feed.down_since()
    }
}

/// All that decides what is wanted of each stream: while it is as before, so is
/// that.
#[derive(PartialEq)]
struct Circumstances {
    watched: u64,
    unknown: u64,
    are_long_down: Vec<bool>,
    /// What was not known, and descriptions, are looked at again each minute.
    minutes: i64,
}

impl Engine {
    /// How each stream is, by its source's name.
    pub fn streams(&self) -> Vec<StreamStatus> {
        let feeds = self.inner.streams.feeds.iter();
        let mut all: Vec<_> = feeds.map(|feed| feed.status()).collect();
        all.sort_by(|a, b| a.source.cmp(&b.source));
        all
    }

    /// Follows every stream until `stop` turns true.
    pub(crate) fn follow_streams(&self, stop: &watch::Receiver<bool>) -> JoinSet<()> {
        let feeds = self.inner.streams.feeds.iter();
        feeds.map(|feed| supervise(self.clone(), Arc::clone(feed), stop.clone())).collect()
    }

    fn circumstances(&self) -> Circumstances {
        let (now, long) = (self.now(), self.inner.settings.refresh_every);
        let Streams { feeds, unknown, .. } = &self.inner.streams;
        Circumstances {
            watched: self.inner.schedule.version(),
            unknown: unknown.load(Ordering::Relaxed),
            are_long_down: feeds.iter().map(|feed| feed.is_long_down(now, long)).collect(),
            minutes: now.as_second().div_euclid(60),
        }
    }

    /// What is wanted of a stream: of all that is watched, what it is the first
    /// to tell of among those that are there. Of the simulator, what has no real
    /// price.
    fn wanted_of(&self, feed: &Feed) -> impl Iterator<Item = Symbol> {
        let board = self.board();
        let has_no_value =
            move |symbol: &Symbol| board.entry(symbol).is_some_and(|it| it.has_no_value());
        let is_wanted = move |symbol: &Symbol| {
            if feed.simulated { has_no_value(symbol) } else { self.is_served_by(symbol, feed) }
        };
        self.inner.schedule.watched().into_iter().filter(is_wanted)
    }

    fn is_served_by(&self, symbol: &Symbol, feed: &Feed) -> bool {
        let (now, long) = (self.now(), self.inner.settings.refresh_every);
        let order = self.inner.catalog.streams(symbol).iter();
        let feeds = &self.inner.streams.feeds;
        let named = |name: &&str| feeds.iter().find(|feed| feed.source.as_str() == *name);
        let mut able = order.filter_map(named).filter(|feed| self.can_tell_of(symbol, feed));
        // One that is away goes on being wanted, or it would never come back.
        let first = able.find(|it| it.is(feed) || !it.is_long_down(now, long));
        first.is_some_and(|first| first.is(feed))
    }

    fn can_tell_of(&self, symbol: &Symbol, feed: &Feed) -> bool {
        feed.stream.streams(&self.instrument(symbol))
            && !self.is_known_unknown(&feed.upstream, symbol)
    }

    /// Judges and shows what a stream told, all of it as one change, and returns
    /// of which instruments it was news.
    fn take_ticks(&self, feed: &Feed, ticks: &[Tick]) -> Vec<Symbol> {
        let (now, every) = (self.now(), self.inner.settings.refresh_every);
        let complete = |tick: &Tick, held: Option<&Quote>| {
            completed(tick, held, feed.simulated, || self.instrument(&tick.symbol))
        };
        let believed =
            |tick: &Tick, instrument: &Instrument| self.inner.live.take(tick, instrument);
        let news = self.inner.shown.show_ticks(ticks, complete, believed, now);
        // What is simulated spares nobody a poll.
        for told in news.iter().filter(|told| !told.quote.simulated) {
            let symbol = &told.quote.instrument.symbol;
            if let Some(at) = self.inner.streams.heard.tell(symbol, told.is_whole, now, every) {
                self.inner.schedule.hasten(symbol, at);
            }
        }
        news.into_iter().map(|told| told.quote.instrument.symbol).collect()
    }

    /// What a connection must pass; the simulator has none.
    fn gate(&self, feed: &Feed) -> Option<&Upstream> {
        self.inner.upstreams.get(&feed.upstream).filter(|_| !feed.simulated)
    }

    /// A stream does not know an instrument; another may.
    fn is_unknown_to(&self, feed: &Feed, symbol: &Symbol, error: &SourceError) {
        self.remember_unknown(&feed.upstream, symbol, Some(error));
        self.inner.streams.unknown.fetch_add(1, Ordering::Relaxed);
    }

    /// A stream is lost: what it told of is polled at once.
    fn fill_gap(&self, source: &Source, symbols: &[Symbol]) {
        let (now, every) = (self.now(), self.inner.settings.refresh_every);
        self.inner.live.interrupted(source, symbols);
        for (symbol, at) in self.inner.streams.heard.lose(symbols, now, every) {
            self.inner.schedule.hasten(&symbol, at);
        }
    }

    /// A stream was told to leave these out.
    fn leave_out(&self, source: &Source, symbols: &[Symbol]) {
        self.inner.live.interrupted(source, symbols);
        self.inner.streams.heard.forget(symbols);
    }
}

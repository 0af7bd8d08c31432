use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;
use market::{Instrument, Quote, SourceError, Symbol, Tick};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use tracing::{debug, warn};

use super::Circumstances;
use super::backoff::Backoff;
use super::feed::Feed;
use super::open::Open;
use crate::engine::Engine;
use crate::schedule::later;
use crate::upstream::OnBehalf;

/// How often what was heard is stored: not each price, the newest.
const KEEP_EVERY: Duration = Duration::from_secs(10);

/// At most so many prices are put up as one change.
const TOGETHER: usize = 1_000;

/// Follows what is wanted of one stream.
pub(super) struct Follower {
    engine: Engine,
    feed: Arc<Feed>,
    wanted: HashSet<Symbol>,
    /// Under which that is wanted.
    circumstances: Option<Circumstances>,
    open: Option<Open>,
    backoff: Backoff,
    /// Since when it is left alone, and until when.
    left_alone: Option<(Timestamp, Timestamp)>,
    /// Those of which the newest price is not stored yet.
    unkept: HashSet<Symbol>,
    kept_at: Timestamp,
    keeping: Option<JoinHandle<()>>,
}

impl Follower {
    pub(super) fn new(engine: Engine, feed: Arc<Feed>) -> Self {
        Self {
            engine,
            feed,
            wanted: HashSet::new(),
            circumstances: None,
            open: None,
            backoff: Backoff::default(),
            left_alone: None,
            unkept: HashSet::new(),
            kept_at: Timestamp::MIN,
            keeping: None,
        }
    }

    /// Follows until `stop` turns true, and then takes leave.
    pub(super) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            () = self.follow() => {}
        }
        self.close().await;
        self.keep();
        if let Some(keeping) = self.keeping.take() {
            // A panic in it has been told.
            let _ = keeping.await;
        }
    }

    /// May be dropped wherever it waits: nothing it has heard is lost.
    async fn follow(&mut self) {
        let mut every_second = interval(Duration::from_secs(1));
        every_second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                heard = next(self.open.as_mut()) => self.hear(heard),
                _ = every_second.tick() => self.look().await,
            }
        }
    }

    /// Takes this and all else that is there already.
    fn hear(&mut self, first: Option<Result<Tick, SourceError>>) {
        let Some(open) = &mut self.open else { return };
        let mut ticks = Vec::new();
        let mut heard = Some(first);
        let mut has_ended = false;
        while let Some(message) = heard {
            match message {
                Some(Ok(tick)) => {
                    open.wrong = None;
                    ticks.push(tick);
                }
                Some(Err(error)) => note(&self.engine, &self.feed, open, error),
                None => has_ended = true,
            }
            let is_enough = has_ended || ticks.len() >= TOGETHER;
            heard = if is_enough { None } else { open.ticks.next().now_or_never() };
        }
        self.take(ticks);
        if has_ended {
            self.lost();
        }
    }

    /// Of instruments that another stream tells of by now, or that nobody wants,
    /// prices may still arrive.
    fn take(&mut self, mut ticks: Vec<Tick>) {
        ticks.retain(|tick| self.wanted.contains(&tick.symbol));
        if !ticks.is_empty() {
            self.unkept.extend(self.engine.take_ticks(&self.feed, &ticks));
        }
    }

    /// Sees to what has changed within the last second, so that however much
    /// does, a stream is sent no more than two messages in it.
    async fn look(&mut self) {
        let circumstances = Some(self.engine.circumstances());
        if self.feed.simulated || self.circumstances != circumstances {
            self.wanted = self.engine.wanted_of(&self.feed).collect();
            self.circumstances = circumstances;
        }
        match &self.open {
            Some(_) => self.change().await,
            None if self.wanted.is_empty() => self.feed.idle(),
            None if self.may_try() => self.connect().await,
            None => {}
        }
        let is_due = later(self.kept_at, KEEP_EVERY) <= self.engine.now();
        if is_due && self.keeping.as_ref().is_none_or(JoinHandle::is_finished) {
            self.keep();
        }
    }

    async fn connect(&mut self) {
        self.feed.connecting();
        let instruments = self.instruments(self.wanted.iter());
        let opening = || self.feed.stream.connect(&instruments);
        let opened = match self.engine.gate(&self.feed) {
            Some(gate) => gate.ask(OnBehalf::Watch, opening).await,
            None => opening().await,
        };
        match opened {
            Ok(ticks) => {
                let now = self.engine.now();
                self.open = Some(Open::new(ticks, self.wanted.iter().cloned(), now));
                self.feed.live(now);
                self.feed.subscribed(self.wanted.iter());
            }
            Err(error) => self.wait(error),
        }
    }

    fn instruments<'a>(&self, symbols: impl Iterator<Item = &'a Symbol>) -> Vec<Instrument> {
        symbols.map(|symbol| self.engine.instrument(symbol)).collect()
    }

    /// Subscribes to what is new, and lets go of what nobody has wanted for a
    /// while; of the connection, too, where nothing remains.
    async fn change(&mut self) {
        let Some(open) = &mut self.open else { return };
        let change = open.change(&self.wanted, self.engine.now());
        self.engine.leave_out(&self.feed.source, &change.remove);
        if change.is_last {
            return self.close().await;
        }
        let described = |symbols: &[Symbol]| -> Vec<Instrument> {
            symbols.iter().map(|symbol| self.engine.instrument(symbol)).collect()
        };
        let (add, remove) = (described(&change.add), described(&change.remove));
        if add.is_empty() && remove.is_empty() {
            return;
        }
        let mut sent = Ok(());
        if !add.is_empty() {
            sent = open.ticks.subscribe(&add).await;
        }
        if sent.is_ok() && !remove.is_empty() {
            sent = open.ticks.unsubscribe(&remove).await;
        }
        self.feed.subscribed(open.symbols());
        if let Err(error) = sent {
            open.wrong = Some(error);
            open.ticks.close().await;
            self.lost();
        }
    }

    /// The connection has ended of itself.
    fn lost(&mut self) {
        let Some(open) = self.open.take() else { return };
        let symbols: Vec<Symbol> = open.symbols().cloned().collect();
        let has_settled = open.has_settled(self.engine.now());
        let (source, error) = (&self.feed.source, open.reason());
        let count = symbols.len();
        warn!(%source, count, reason = error.reason(), "the stream of {source} is lost: {error}; {count} symbols are polled meanwhile");
        if has_settled {
            self.backoff.reset();
        } else if let Some(gate) = self.engine.gate(&self.feed) {
            gate.broke_off(&error);
        }
        self.engine.fill_gap(source, &symbols);
        self.keep();
        self.wait(error);
    }

    /// Leaves the upstream alone for a while. Where the gate let nobody through,
    /// until it may; that was no attempt.
    fn wait(&mut self, error: SourceError) {
        let pause = match &error {
            SourceError::Withheld { again_in, .. } => *again_in,
            _ => self.backoff.wait(fastrand::f64()),
        };
        let now = self.engine.now();
        let until = later(now, pause);
        self.left_alone = Some((now, until));
        self.feed.waiting(until, error, now);
    }

    /// A clock that was set back does not make the wait longer.
    fn may_try(&self) -> bool {
        let now = self.engine.now();
        self.left_alone.is_none_or(|(since, until)| now < since || until <= now)
    }

    /// Ends the connection because nobody needs it.
    async fn close(&mut self) {
        if let Some(mut open) = self.open.take() {
            let symbols: Vec<Symbol> = open.symbols().cloned().collect();
            self.engine.leave_out(&self.feed.source, &symbols);
            open.ticks.close().await;
        }
        self.feed.idle();
    }

    /// Stores the newest of each, in a task of its own: a slow disk must not hold
    /// up what is heard.
    fn keep(&mut self) {
        if self.unkept.is_empty() {
            return;
        }
        self.kept_at = self.engine.now();
        // What has been polled since is newer, and kept already.
        let board = self.engine.board();
        let shown = |symbol: Symbol| board.entry(&symbol)?.quote.clone();
        let quotes: Vec<Quote> = self.unkept.drain().filter_map(shown).collect();
        let is_of_the_stream = |quote: &Quote| quote.source == self.feed.source && !quote.simulated;
        let quotes: Vec<Quote> = quotes.into_iter().filter(is_of_the_stream).collect();
        let (engine, before) = (self.engine.clone(), self.keeping.take());
        self.keeping = Some(tokio::spawn(async move {
            if let Some(before) = before {
                let _ = before.await;
            }
            engine.persist_quotes(&quotes).await;
        }));
    }
}

/// Notes what is wrong with one message or one instrument.
fn note(engine: &Engine, feed: &Feed, open: &mut Open, error: SourceError) {
    let source = &feed.source;
    debug!(%source, "{source} {error}: a message of its stream");
    match &error {
        SourceError::UnknownSymbol(symbol) | SourceError::Delisted(symbol) => {
            open.forget(symbol);
            engine.is_unknown_to(feed, symbol, &error);
        }
        SourceError::Throttled { .. } => {
            if let Some(gate) = engine.gate(feed) {
                gate.broke_off(&error);
            }
        }
        _ => {}
    }
    open.wrong = Some(error);
}

/// The next message; never, where no connection is open.
async fn next(open: Option<&mut Open>) -> Option<Result<Tick, SourceError>> {
    match open {
        Some(open) => open.ticks.next().await,
        None => std::future::pending().await,
    }
}

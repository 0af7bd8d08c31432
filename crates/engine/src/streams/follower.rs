use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use market::{Instrument, Moment, SourceError, Symbol, Tick};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use super::backoff::Backoff;
use super::connection::Connection;
use super::state::StreamState;
use super::{Circumstances, Streams};
use crate::upstream::{About, OnBehalf};

/// How often what arrived is stored: not each price, the newest. So what was shown
/// at an instant is told to the second.
const PERSIST_EVERY: Duration = Duration::from_secs(1);

/// At most so many prices are shown as one change.
const TOGETHER: usize = 1_000;

/// Follows what is requested of one stream.
pub(super) struct Follower {
    streams: Arc<Streams>,
    state: Arc<StreamState>,
    requested: HashSet<Symbol>,
    /// Under which that is requested.
    circumstances: Option<Circumstances>,
    connection: Option<Connection>,
    backoff: Backoff,
    /// Until when it is left alone.
    left_alone: Option<Moment>,
    /// Something arrived that is not stored yet.
    has_unstored: bool,
    stored_at: Moment,
    persisting: Option<JoinHandle<()>>,
}

impl Follower {
    pub(super) fn new(streams: Arc<Streams>, state: Arc<StreamState>) -> Self {
        Self {
            streams,
            state,
            requested: HashSet::new(),
            circumstances: None,
            connection: None,
            backoff: Backoff::default(),
            left_alone: None,
            has_unstored: false,
            stored_at: Moment::default(),
            persisting: None,
        }
    }

    /// Follows until `stop` turns true, and then closes the connection.
    pub(super) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            () = self.follow() => {}
        }
        self.close().await;
        self.persist();
        if let Some(persisting) = self.persisting.take() {
            // A panic in it has been logged.
            let _ = persisting.await;
        }
    }

    /// May be dropped wherever it waits: nothing that arrived is lost.
    async fn follow(&mut self) {
        let mut every_second = interval(Duration::from_secs(1));
        every_second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                message = next(self.connection.as_mut()) => self.receive(message),
                _ = every_second.tick() => self.look().await,
            }
        }
    }

    /// Takes this and all else that is there already.
    fn receive(&mut self, first: Option<Result<Tick, SourceError>>) {
        let Some(connection) = &mut self.connection else { return };
        let mut ticks = Vec::new();
        let mut next = Some(first);
        let mut has_ended = false;
        while let Some(message) = next {
            match message {
                Some(Ok(tick)) => ticks.push(tick),
                Some(Err(error)) => note(&self.streams, &self.state, connection, error),
                None => has_ended = true,
            }
            let is_enough = has_ended || ticks.len() >= TOGETHER;
            next = if is_enough { None } else { connection.next().now_or_never() };
        }
        self.take(ticks);
        if has_ended {
            self.lost();
        }
    }

    /// Prices may still arrive of instruments that another stream covers by now, or
    /// that nobody requests any more.
    fn take(&mut self, mut ticks: Vec<Tick>) {
        ticks.retain(|tick| self.requested.contains(&tick.symbol));
        if !ticks.is_empty() {
            self.state.is_well();
            self.has_unstored |= self.streams.take_ticks(&self.state, &ticks);
        }
    }

    /// Sees to what has changed within the last second, so that however much
    /// does, a stream is sent no more than two messages in it.
    async fn look(&mut self) {
        let circumstances = Some(self.streams.circumstances());
        if self.state.is_simulated() || self.circumstances != circumstances {
            self.requested = self.streams.requested_of(&self.state).into_iter().collect();
            self.circumstances = circumstances;
        }
        match &self.connection {
            Some(_) => self.change().await,
            None if self.requested.is_empty() => self.state.idle(),
            None if self.may_try() => self.connect().await,
            None => {}
        }
        let is_due = self.stored_at + PERSIST_EVERY <= self.now();
        if is_due && self.persisting.as_ref().is_none_or(JoinHandle::is_finished) {
            self.persist();
        }
    }

    async fn connect(&mut self) {
        self.state.connecting();
        let instruments = self.instruments(self.requested.iter());
        let opening = || self.state.stream().connect(&instruments);
        let opened = match self.streams.gate(&self.state) {
            Some(gate) => gate.ask(&OnBehalf::Watchlist, &About::nothing(), opening).await,
            None => opening().await,
        };
        match opened {
            Ok(ticks) => {
                let (now, requested) =
                    (self.streams.context.look(), self.requested.iter().cloned());
                self.connection = Some(Connection::new(ticks, requested, now.moment));
                self.state.live(now.wall);
                self.state.subscribed(self.requested.iter());
            }
            Err(error) => self.wait(error),
        }
    }

    fn instruments<'a>(&self, symbols: impl Iterator<Item = &'a Symbol>) -> Vec<Instrument> {
        symbols.map(|symbol| self.streams.context.instrument(symbol)).collect()
    }

    fn now(&self) -> Moment {
        self.streams.context.moment()
    }

    /// Subscribes to what is new, and unsubscribes from what has not been requested
    /// for a while; closes the connection where nothing remains.
    async fn change(&mut self) {
        let now = self.now();
        let Some(connection) = &mut self.connection else { return };
        let change = connection.change(&self.requested, now);
        self.streams.leave_out(self.state.source(), &change.remove);
        if change.is_last {
            return self.close().await;
        }
        if change.add.is_empty() && change.remove.is_empty() {
            return;
        }
        let described = |symbols: &[Symbol]| -> Vec<Instrument> {
            symbols.iter().map(|symbol| self.streams.context.instrument(symbol)).collect()
        };
        let sent = connection.send(&described(&change.add), &described(&change.remove)).await;
        self.state.subscribed(connection.symbols());
        if let Err(error) = sent {
            connection.went_wrong(error);
            connection.close().await;
            self.lost();
        }
    }

    /// The connection has ended of itself.
    fn lost(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        let symbols: Vec<Symbol> = connection.symbols().cloned().collect();
        let has_settled = connection.has_settled(self.now());
        let (source, error) = (self.state.source(), connection.reason());
        let count = symbols.len();
        warn!(%source, count, reason = error.reason(), "the stream of {source} is lost: {error}; {count} symbols are polled meanwhile");
        if has_settled {
            self.backoff.reset();
        } else if let Some(gate) = self.streams.gate(&self.state) {
            gate.broke_off(&error);
        }
        self.streams.fill_gap(source, &symbols);
        self.persist();
        self.wait(error);
    }

    /// Leaves the upstream alone for a while. Where the gate let nobody through,
    /// until it may; that was no attempt.
    fn wait(&mut self, error: SourceError) {
        let pause = match &error {
            SourceError::NotAsked { again_in, .. } => *again_in,
            _ => self.backoff.wait(fastrand::f64()),
        };
        let now = self.streams.context.look();
        let until = now.moment + pause;
        self.left_alone = Some(until);
        self.state.waiting(until, error, now);
    }

    fn may_try(&self) -> bool {
        self.left_alone.is_none_or(|until| until <= self.now())
    }

    /// Ends the connection because nobody needs it.
    async fn close(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            let symbols: Vec<Symbol> = connection.symbols().cloned().collect();
            self.streams.leave_out(self.state.source(), &symbols);
            connection.close().await;
        }
        self.state.idle();
    }

    /// Stores the newest of each, in a task of its own: a slow disk must not hold
    /// up what arrives.
    fn persist(&mut self) {
        if !std::mem::take(&mut self.has_unstored) {
            return;
        }
        self.stored_at = self.now();
        let (board, before) = (Arc::clone(&self.streams.board), self.persisting.take());
        self.persisting = Some(tokio::spawn(async move {
            if let Some(before) = before {
                let _ = before.await;
            }
            board.persist().await;
        }));
    }
}

/// Notes what is wrong with one message or one instrument.
fn note(streams: &Streams, state: &StreamState, connection: &mut Connection, error: SourceError) {
    let source = state.source();
    if state.is_in_trouble(&error, streams.context.moment()) {
        warn!(%source, reason = error.reason(), "{source} {error}: a message of its stream");
    }
    match &error {
        SourceError::UnknownSymbol(symbol) | SourceError::Delisted(symbol) => {
            connection.forget(symbol);
            streams.is_unknown_to(state, symbol, &error);
        }
        SourceError::Throttled { .. } => {
            if let Some(gate) = streams.gate(state) {
                gate.broke_off(&error);
            }
        }
        _ => {}
    }
    connection.went_wrong(error);
}

/// The next message; never, where no connection is open.
async fn next(connection: Option<&mut Connection>) -> Option<Result<Tick, SourceError>> {
    match connection {
        Some(connection) => connection.next().await,
        None => std::future::pending().await,
    }
}

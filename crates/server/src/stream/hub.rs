use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use engine::{Board, Engine, Entry};
use jiff::Timestamp;
use market::Symbol;
use tokio::sync::Notify;

use super::about::{self, State};
use super::frame::{Frame, Subject};
use super::id::EventId;
use super::mailbox::{Cells, Mailbox};
use super::publisher;
use super::reader::Reader;
use super::recent::Recent;
use super::topic::Topic;

/// Room for events to resume from: some twelve thousand quotes.
const RECENT_BYTES: usize = 8 << 20;

/// How much is given to how many, and how often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Connections at once.
    pub(crate) connections: usize,
    /// Symbols that one connection may follow.
    pub(crate) symbols: usize,
    /// Symbols that all of them together may follow.
    pub(crate) together: usize,
    /// How often a connection is shown to be alive where nothing changes.
    pub(crate) heartbeat: Duration,
    /// For how long a symbol is followed after its last reader has left, so that
    /// one who returns has missed nothing.
    pub(crate) linger: Duration,
}

/// Tells every reader of changes to what he follows.
///
/// One lock orders all: a reader who joins has a snapshot and every change after
/// it, and each event is in each mailbox before the next one is.
pub(crate) struct Hub {
    pub(super) engine: Engine,
    pub(crate) limits: Limits,
    inner: Mutex<Inner>,
    /// A reader has.
    left: Notify,
}

pub(super) struct Inner {
    epoch: u64,
    /// The number of the last event.
    last: u64,
    pub(super) topics: HashMap<Symbol, Topic>,
    /// How each source is, as last told.
    pub(super) sources: Vec<Vec<u8>>,
    pub(super) recent: Recent,
    readers: HashMap<usize, Arc<Mailbox>>,
    next_reader: usize,
    is_stopped: bool,
}

impl Inner {
    pub(super) fn last(&self) -> EventId {
        EventId { epoch: self.epoch, number: self.last }
    }

    /// Encodes an event, once, and keeps it for those who resume.
    pub(super) fn event(&mut self, kind: &str, subject: Subject, members: &[u8]) -> Arc<Frame> {
        self.last += 1;
        let frame = Arc::new(Frame::numbered(self.last(), kind, members));
        self.recent.add(subject, Arc::clone(&frame));
        frame
    }

    /// Tells those who follow a symbol.
    fn tell(&mut self, symbol: &Symbol, kind: &str, members: &[u8], cell: fn(Cells) -> usize) {
        let frame = self.event(kind, Subject::Symbol(symbol.clone()), members);
        if let Some(topic) = self.topics.get(symbol) {
            topic.followers.tell(&frame, cell);
        }
    }
}

impl Hub {
    /// Begins to look for changes, in a task that ends with the hub. Needs a
    /// Tokio runtime.
    pub(crate) fn start(engine: Engine, limits: Limits) -> Arc<Self> {
        let sources = engine.upstreams().iter().map(about::source).collect();
        let inner = Inner {
            epoch: fastrand::u64(..),
            last: 0,
            topics: HashMap::new(),
            sources,
            recent: Recent::new(RECENT_BYTES),
            readers: HashMap::new(),
            next_reader: 0,
            is_stopped: false,
        };
        let changes = engine.board_changes();
        let hub = Arc::new(Self { engine, limits, inner: Mutex::new(inner), left: Notify::new() });
        tokio::spawn(publisher::publish(Arc::downgrade(&hub), changes));
        hub
    }

    pub(super) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more reader; `None` where all are taken.
    pub(crate) fn join(self: &Arc<Self>) -> Option<Reader> {
        let mut inner = self.inner();
        if inner.readers.len() >= self.limits.connections {
            return None;
        }
        let (mailbox, number) = (Arc::new(Mailbox::new(inner.sources.len())), inner.next_reader);
        inner.next_reader += 1;
        inner.readers.insert(number, Arc::clone(&mailbox));
        if inner.is_stopped {
            mailbox.close();
        }
        drop(inner);
        Some(Reader::new(Arc::clone(self), number, mailbox))
    }

    /// A reader leaves his place.
    pub(super) fn leave(&self, number: usize) {
        self.inner().readers.remove(&number);
        self.left.notify_one();
    }

    /// Ends all connections, because the service stops, and waits until the last
    /// reader has left.
    pub(crate) async fn stop(&self) {
        self.close();
        while !self.inner().readers.is_empty() {
            self.left.notified().await;
        }
    }

    fn close(&self) {
        let mut inner = self.inner();
        inner.is_stopped = true;
        inner.readers.values().for_each(|mailbox| mailbox.close());
    }

    /// Tells what is another on the board.
    pub(super) fn tell_quotes(&self) {
        let (board, now) = (self.engine.board(), self.engine.now());
        for entry in self.changed(&board) {
            self.tell_quote(&entry, board.version, now);
            self.tell_bars(&entry.instrument.symbol);
        }
    }

    fn changed(&self, board: &Board) -> Vec<Arc<Entry>> {
        let inner = self.inner();
        if inner.topics.is_empty() {
            return Vec::new();
        }
        let is_changed = |entry: &&Arc<Entry>| {
            let topic = inner.topics.get(&entry.instrument.symbol);
            topic.is_some_and(|topic| !Arc::ptr_eq(&topic.entry, entry))
        };
        board.all().filter(is_changed).cloned().collect()
    }

    pub(super) fn tell_quote(&self, entry: &Arc<Entry>, board: u64, now: Timestamp) {
        let mut inner = self.inner();
        let symbol = &entry.instrument.symbol;
        let Some(topic) = inner.topics.get_mut(symbol) else { return };
        // One whom the board let go and took in again has no quote for a moment.
        let is_lost = topic.entry.quote.is_some() && entry.quote.is_none();
        if is_lost || topic.board > board {
            return;
        }
        if topic.entry.quote.is_none() {
            topic.state = State::of(entry, now);
        }
        (topic.entry, topic.board) = (Arc::clone(entry), board);
        let quote = about::quote(entry, now);
        if topic.quote == quote {
            return;
        }
        topic.quote.clone_from(&quote);
        match about::unknown(&self.engine, entry, now) {
            Some(error) => inner.tell(symbol, "error", &error, Cells::quote),
            None => inner.tell(symbol, "quote", &quote, Cells::quote),
        }
    }

    /// Tells which markets have opened or closed, and which prices have grown
    /// old, since it was last told.
    pub(super) fn tell_states(&self) {
        let now = self.engine.now();
        for (symbol, entry, told) in self.states() {
            let state = State::of(&entry, now);
            if state != told {
                self.tell_state(&symbol, state, now);
            }
        }
    }

    fn states(&self) -> Vec<(Symbol, Arc<Entry>, State)> {
        let topics = &self.inner().topics;
        let state = |(symbol, topic): (&Symbol, &Topic)| {
            (symbol.clone(), Arc::clone(&topic.entry), topic.state)
        };
        topics.iter().map(state).collect()
    }

    fn tell_state(&self, symbol: &Symbol, state: State, now: Timestamp) {
        let mut inner = self.inner();
        if let Some(topic) = inner.topics.get_mut(symbol) {
            topic.state = state;
            inner.tell(symbol, "state", &state.told(symbol, now), Cells::state);
        }
    }

    /// Tells everybody which upstreams are not as they were.
    pub(super) fn tell_sources(&self) {
        let upstreams = self.engine.upstreams();
        let mut inner = self.inner();
        for (cell, upstream) in upstreams.iter().enumerate() {
            let told = about::source(upstream);
            if inner.sources[cell] != told {
                let frame = inner.event("source", Subject::Sources, &told);
                inner.sources[cell] = told;
                inner.readers.values().for_each(|mailbox| mailbox.put(cell, &frame));
            }
        }
    }

    /// Lets go of what nobody has followed for a while.
    pub(super) fn let_go(&self) {
        let (now, linger) = (Instant::now(), self.limits.linger);
        self.inner().topics.retain(|_, topic| topic.is_wanted(now, linger));
    }
}

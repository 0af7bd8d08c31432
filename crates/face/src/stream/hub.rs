use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use engine::{Board, Client, Engine};
use jiff::Timestamp;
use market::{Change, Source, Symbol};
use tokio::sync::Notify;

use super::about::{self, State};
use super::frame::{Frame, Subject};
use super::id::EventId;
use super::queue::{ConflatingQueue, Slots};
use super::recent::Recent;
use super::room::{Full, Taken, room};
use super::topic::Topic;

/// Room for events to resume from: some twelve thousand quotes.
const RECENT_BYTES: usize = 8 << 20;

/// The type of an event that tells a price.
const QUOTE: &str = "quote";

/// How much is given to how many, and how often.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once.
    pub connections: usize,
    /// Symbols that one connection may follow.
    pub symbols: usize,
    /// Symbols that all of them together may follow.
    pub together: usize,
    /// How often a connection is shown to be alive where nothing changes.
    pub heartbeat: Duration,
    /// For how long a symbol is followed after its last reader has left, so that
    /// a reader who returns has missed nothing.
    pub linger: Duration,
}

/// No place for one more connection.
#[derive(Debug, PartialEq, Eq)]
pub struct NoPlace {
    full: Full,
    most: usize,
}

impl fmt::Display for NoPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = self.most;
        match self.full {
            Full::Of(_) => {
                write!(f, "all {most} connections for streams are taken; try again later")
            }
            Full::OfClient(has) => write!(
                f,
                "this client has {has} of {most} connections for streams, as many as are left to all others; end some of them"
            ),
        }
    }
}

/// Sends every reader the changes to what it follows.
///
/// One lock orders all: a reader who joins has a snapshot and every change after
/// it, and each event is in each queue before the next one is.
pub struct Hub {
    pub(super) engine: Engine,
    pub(super) limits: Limits,
    inner: Mutex<Inner>,
    /// A reader has.
    left: Notify,
}

/// How much is sent to how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Readers that are connected.
    pub readers: usize,
    /// Symbols that somebody follows, or did a moment ago.
    pub symbols: usize,
    /// Events since the start, each counted once for all who follow.
    pub events: u64,
    /// Events that a reader was never sent, as a newer one took the place while it waited.
    pub overtaken: u64,
}

/// Tells whether a reader may stay.
pub(super) type MayStay = Box<dyn Fn() -> bool + Send + Sync>;

/// The place of a reader.
struct Seat {
    client: Client,
    queue: Arc<ConflatingQueue>,
    /// `None` where it may for as long as it likes.
    may_stay: Option<MayStay>,
}

pub(super) struct Inner {
    epoch: u64,
    /// The number of the last event.
    last: u64,
    pub(super) topics: HashMap<Symbol, Topic>,
    /// How each source is, as last sent.
    pub(super) sources: Vec<Vec<u8>>,
    pub(super) recent: Recent,
    readers: HashMap<usize, Seat>,
    /// How many of them each client has.
    connected: HashMap<Client, usize>,
    next_reader: usize,
    /// Frames that readers who have left were never sent.
    overtaken: u64,
    is_stopped: bool,
}

impl Inner {
    pub(super) fn last(&self) -> EventId {
        EventId { epoch: self.epoch, number: self.last }
    }

    /// Encodes an event, once, and holds it for those who resume. `of` are the sources of
    /// the figures in it.
    pub(super) fn event(
        &mut self,
        kind: &str,
        subject: Subject,
        members: &[u8],
        of: Vec<Source>,
    ) -> Arc<Frame> {
        self.last += 1;
        let frame = Frame::numbered(self.last(), kind, members);
        let frame = Arc::new(match &subject {
            Subject::Symbol(symbol) if kind == QUOTE => frame.pricing(symbol).figures(symbol, of),
            Subject::Symbol(symbol) | Subject::Bars(symbol, _) => frame.figures(symbol, of),
            Subject::Sources => frame,
        });
        self.recent.add(subject, Arc::clone(&frame));
        frame
    }

    /// Sends an event to those who follow a symbol.
    fn send(
        &mut self,
        symbol: &Symbol,
        (kind, of): (&str, Vec<Source>),
        members: &[u8],
        slot: fn(Slots) -> usize,
    ) {
        let frame = self.event(kind, Subject::Symbol(symbol.clone()), members, of);
        if let Some(topic) = self.topics.get(symbol) {
            topic.followers.send(&frame, slot);
        }
    }
}

impl Hub {
    /// A hub that nobody follows yet.
    pub(super) fn new(engine: Engine, limits: Limits) -> Self {
        let source = |upstream| about::source(upstream, engine.now());
        let sources = engine.upstreams().iter().map(source).collect();
        let inner = Inner {
            epoch: fastrand::u64(..),
            last: 0,
            topics: HashMap::new(),
            sources,
            recent: Recent::new(RECENT_BYTES),
            readers: HashMap::new(),
            connected: HashMap::new(),
            next_reader: 0,
            overtaken: 0,
            is_stopped: false,
        };
        Self { engine, limits, inner: Mutex::new(inner), left: Notify::new() }
    }

    pub(super) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more reader of a client: its number and its queue.
    ///
    /// # Errors
    ///
    /// Where all are taken, or as many by this client as are left.
    pub(super) fn enter(&self, client: &Client) -> Result<(usize, Arc<ConflatingQueue>), NoPlace> {
        let mut inner = self.inner();
        let has = inner.connected.get(client).copied().unwrap_or_default();
        let most = self.limits.connections;
        room(most, inner.readers.len(), has).map_err(|full| NoPlace { full, most })?;
        let (queue, number) =
            (Arc::new(ConflatingQueue::new(inner.sources.len())), inner.next_reader);
        inner.next_reader += 1;
        let seat = Seat { client: client.clone(), queue: Arc::clone(&queue), may_stay: None };
        inner.readers.insert(number, seat);
        *inner.connected.entry(client.clone()).or_default() += 1;
        if inner.is_stopped {
            queue.close();
        }
        Ok((number, queue))
    }

    /// Those of these symbols that a client may follow, known ones first; and why the
    /// others find no room.
    pub(super) fn admit(
        &self,
        client: &Client,
        symbols: &[&Symbol],
    ) -> (Vec<Symbol>, Vec<(Symbol, Full)>) {
        let inner = self.inner();
        let mut taken = Taken::of(&inner.topics, client);
        let (known, unknown): (Vec<&Symbol>, Vec<_>) =
            symbols.iter().partition(|symbol| self.engine.is_known(symbol));
        let known = known.into_iter().map(|symbol| (symbol, true));
        let each = known.chain(unknown.into_iter().map(|symbol| (symbol, false)));
        let (mut admitted, mut refused) = (Vec::new(), Vec::new());
        for (symbol, is_known) in each {
            let found = match inner.topics.get(symbol) {
                Some(_) => Ok(()),
                None => taken.take(self.limits.together, is_known),
            };
            match found {
                Ok(()) => admitted.push(symbol.clone()),
                Err(full) => refused.push((symbol.clone(), full)),
            }
        }
        (admitted, refused)
    }

    /// A reader may stay for as long as this says so.
    pub(super) fn keep_while(&self, number: usize, may_stay: MayStay) {
        if let Some(seat) = self.inner().readers.get_mut(&number) {
            seat.may_stay = Some(may_stay);
        }
    }

    /// Ends the connections of those who may not stay.
    pub(super) fn send_away(&self) {
        let inner = self.inner();
        let all = inner.readers.values();
        let gone = all.filter(|seat| seat.may_stay.as_ref().is_some_and(|may_stay| !may_stay()));
        gone.for_each(|seat| seat.queue.close());
    }

    /// Whether all connections are ended because the service stops.
    pub(super) fn is_stopped(&self) -> bool {
        self.inner().is_stopped
    }

    /// A reader leaves its place.
    pub(super) fn leave(&self, number: usize) {
        let mut inner = self.inner();
        let Some(Seat { client, queue, .. }) = inner.readers.remove(&number) else { return };
        inner.overtaken += queue.overtaken();
        if let Entry::Occupied(mut connected) = inner.connected.entry(client) {
            *connected.get_mut() -= 1;
            if *connected.get() == 0 {
                connected.remove();
            }
        }
        drop(inner);
        self.left.notify_one();
    }

    /// How much is sent just now, and was.
    pub fn load(&self) -> Load {
        let inner = self.inner();
        let waiting = inner.readers.values().map(|seat| seat.queue.overtaken());
        Load {
            readers: inner.readers.len(),
            symbols: inner.topics.len(),
            events: inner.last,
            overtaken: inner.overtaken + waiting.sum::<u64>(),
        }
    }

    /// Ends all connections, because the service stops, and waits until the last
    /// reader has left.
    pub async fn stop(&self) {
        self.close();
        while !self.inner().readers.is_empty() {
            self.left.notified().await;
        }
    }

    fn close(&self) {
        let mut inner = self.inner();
        inner.is_stopped = true;
        inner.readers.values().for_each(|seat| seat.queue.close());
    }

    /// Sends what has changed on the board.
    pub(super) fn send_quotes(&self) {
        let (board, now) = (self.engine.board(), self.engine.now());
        for entry in self.changed(&board) {
            self.send_quote(&entry, board.version, now);
            self.send_bars(&entry.instrument.symbol);
        }
    }

    fn changed(&self, board: &Board) -> Vec<Arc<engine::Entry>> {
        let inner = self.inner();
        if inner.topics.is_empty() {
            return Vec::new();
        }
        let is_changed = |entry: &&Arc<engine::Entry>| {
            let topic = inner.topics.get(&entry.instrument.symbol);
            topic.is_some_and(|topic| !Arc::ptr_eq(&topic.entry, entry))
        };
        board.all().filter(is_changed).cloned().collect()
    }

    pub(super) fn send_quote(&self, entry: &Arc<engine::Entry>, board: u64, now: Timestamp) {
        let mut inner = self.inner();
        let symbol = &entry.instrument.symbol;
        let Some(topic) = inner.topics.get_mut(symbol) else { return };
        // An instrument that the board dropped and took in again has no quote for a moment.
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
        if let Some(error) = about::unknown(&self.engine, entry, now) {
            inner.send(symbol, ("error", Vec::new()), &error, Slots::quote);
        } else {
            let of = entry.sources().cloned().collect();
            inner.send(symbol, (QUOTE, of), &quote, Slots::quote);
        }
    }

    /// Sends which markets have opened or closed, and which prices have grown
    /// old, since that was last sent.
    pub(super) fn send_states(&self) {
        let now = self.engine.now();
        for (symbol, entry, sent) in self.states() {
            let state = State::of(&entry, now);
            if state != sent {
                self.send_state(&symbol, state, now);
            }
        }
    }

    fn states(&self) -> Vec<(Symbol, Arc<engine::Entry>, State)> {
        let topics = &self.inner().topics;
        let state = |(symbol, topic): (&Symbol, &Topic)| {
            (symbol.clone(), Arc::clone(&topic.entry), topic.state)
        };
        topics.iter().map(state).collect()
    }

    fn send_state(&self, symbol: &Symbol, state: State, now: Timestamp) {
        let mut inner = self.inner();
        if let Some(topic) = inner.topics.get_mut(symbol) {
            topic.state = state;
            let members = state.encoded(symbol, now);
            inner.send(symbol, ("state", Vec::new()), &members, Slots::state);
        }
    }

    /// Sends those who follow a symbol that its history is not what it was.
    pub(super) fn send_revised(&self, change: &Change) {
        let mut inner = self.inner();
        if inner.topics.contains_key(&change.symbol) {
            let subject = Subject::Symbol(change.symbol.clone());
            let frame = inner.event("revised", subject, &about::revised(change), Vec::new());
            if let Some(topic) = inner.topics.get(&change.symbol) {
                topic.followers.add_for_each(&frame);
            }
        }
    }

    /// Sends everybody which upstreams are not as they were.
    pub(super) fn send_sources(&self) {
        let upstreams = self.engine.upstreams();
        let mut inner = self.inner();
        for (slot, upstream) in upstreams.iter().enumerate() {
            let state = about::source(upstream, self.engine.now());
            if inner.sources[slot] != state {
                let frame = inner.event("source", Subject::Sources, &state, Vec::new());
                inner.sources[slot] = state;
                inner.readers.values().for_each(|seat| seat.queue.put(slot, &frame));
            }
        }
    }

    /// Drops what nobody has followed for a while, and events that nobody will ask for.
    pub(super) fn let_go(&self) {
        let (now, linger) = (self.engine.moment(), self.limits.linger);
        let mut inner = self.inner();
        inner.topics.retain(|_, topic| topic.is_wanted(now, linger));
        inner.recent.let_go(now);
    }
}

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use market::{Moment, Source, SourceError, StreamSource, Symbol};

use crate::now::Now;
use crate::upstream::Troubles;

/// How the stream of an upstream is.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamStatus {
    /// Whose prices it sends.
    pub source: Source,
    /// The upstream whose budget its connections count against.
    pub upstream: Source,
    /// Whether it is open.
    pub state: StreamPhase,
    /// What it is subscribed to, in alphabetical order.
    pub symbols: Vec<Symbol>,
    /// When it was last lost or could not be opened, and why.
    pub last_error: Option<(Timestamp, SourceError)>,
}

/// Whether a stream is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamPhase {
    /// Nothing is requested of it.
    Idle,
    /// It is being opened.
    Connecting,
    /// It is open.
    Live {
        /// Since when.
        since: Timestamp,
    },
    /// It was lost, or could not be opened, and is left alone for a while.
    Waiting {
        /// Since when it has been away.
        since: Timestamp,
        /// When it is tried next.
        until: Timestamp,
    },
}

/// One stream, and how it is.
pub(super) struct StreamState {
    stream: Arc<dyn StreamSource>,
    source: Source,
    upstream: Source,
    /// It is the simulator's: nobody's budget is spent, and nothing is stored.
    simulated: bool,
    status: Mutex<Status>,
    troubles: Mutex<Troubles>,
}

struct Status {
    state: StreamPhase,
    /// Since when what is requested has not arrived.
    down_since: Option<Now>,
    last_error: Option<(Timestamp, SourceError)>,
    symbols: Vec<Symbol>,
}

impl StreamState {
    pub(super) fn new(stream: Arc<dyn StreamSource>, simulated: bool) -> Self {
        let status = Status {
            state: StreamPhase::Idle,
            down_since: None,
            last_error: None,
            symbols: Vec::new(),
        };
        let (source, upstream) = (stream.source(), stream.upstream());
        let (status, troubles) = (Mutex::new(status), Mutex::default());
        Self { stream, source, upstream, simulated, status, troubles }
    }

    pub(super) fn stream(&self) -> &dyn StreamSource {
        &*self.stream
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// The upstream whose allowance a connection counts against.
    pub(super) fn upstream(&self) -> &Source {
        &self.upstream
    }

    pub(super) fn is_simulated(&self) -> bool {
        self.simulated
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }

    /// Notes that a message could not be read, or says what is wrong. Whether the log is
    /// to be told.
    pub(super) fn is_in_trouble(&self, error: &SourceError, now: Moment) -> bool {
        // That it does not know an instrument is nothing wrong with it.
        error.is_passing() && self.troubles().begins(error, now)
    }

    /// Prices come.
    pub(super) fn is_well(&self) {
        self.troubles().are_over();
    }

    fn troubles(&self) -> MutexGuard<'_, Troubles> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> MutexGuard<'_, Status> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn idle(&self) {
        let mut status = self.held();
        (status.state, status.down_since) = (StreamPhase::Idle, None);
        status.symbols.clear();
    }

    pub(super) fn connecting(&self) {
        self.held().state = StreamPhase::Connecting;
    }

    pub(super) fn live(&self, since: Timestamp) {
        let mut status = self.held();
        (status.state, status.down_since) = (StreamPhase::Live { since }, None);
    }

    pub(super) fn waiting(&self, until: Moment, error: SourceError, now: Now) {
        let mut status = self.held();
        let since = status.down_since.get_or_insert(now).wall;
        status.state = StreamPhase::Waiting { since, until: now.at(until) };
        // That we may not ask it for now is no news of it.
        if status.last_error.is_none() || !matches!(error, SourceError::NotAsked { .. }) {
            status.last_error = Some((now.wall, error));
        }
        status.symbols.clear();
    }

    pub(super) fn subscribed<'a>(&self, symbols: impl Iterator<Item = &'a Symbol>) {
        let mut symbols: Vec<Symbol> = symbols.cloned().collect();
        symbols.sort();
        self.held().symbols = symbols;
    }

    /// Since when it has been away though something is requested of it.
    pub(super) fn down_since(&self) -> Option<Timestamp> {
        self.held().down_since.map(|since| since.wall)
    }

    /// Whether it has been away for so long that another is to take its place.
    pub(super) fn is_long_down(&self, now: Moment, long: Duration) -> bool {
        self.held().down_since.is_some_and(|since| since.moment + long <= now)
    }

    pub(super) fn status(&self) -> StreamStatus {
        let status = self.held();
        StreamStatus {
            source: self.source.clone(),
            upstream: self.upstream.clone(),
            state: status.state,
            symbols: status.symbols.clone(),
            last_error: status.last_error.clone(),
        }
    }
}

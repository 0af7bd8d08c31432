use std::collections::{HashMap, HashSet};
use std::time::Duration;

use market::{Instrument, Moment, SourceError, Symbol, Tick, TickStream, Unreach};

/// What is no longer requested stays subscribed for so long: somebody who looks
/// at a page again must not cost two messages.
const LINGER: Duration = Duration::from_mins(1);

/// A connection that has lasted for so long was in good health.
pub(super) const SETTLED: Duration = Duration::from_mins(1);

/// An open connection and what it is subscribed to.
pub(super) struct Connection {
    ticks: Box<dyn TickStream>,
    since: Moment,
    /// The last thing that was wrong, until another price arrives: when the
    /// connection ends, it is the reason.
    wrong: Option<SourceError>,
    /// Each with the time since when it has not been requested.
    subscribed: HashMap<Symbol, Option<Moment>>,
}

/// What is to be changed about subscriptions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) add: Vec<Symbol>,
    pub(super) remove: Vec<Symbol>,
    /// Nothing remains: the connection is not needed.
    pub(super) is_last: bool,
}

impl Connection {
    pub(super) fn new(
        ticks: Box<dyn TickStream>,
        symbols: impl IntoIterator<Item = Symbol>,
        since: Moment,
    ) -> Self {
        let subscribed = symbols.into_iter().map(|symbol| (symbol, None)).collect();
        Self { ticks, since, wrong: None, subscribed }
    }

    pub(super) fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        self.subscribed.keys()
    }

    /// Compares what is requested with what is subscribed to, and notes it as done.
    pub(super) fn change(&mut self, requested: &HashSet<Symbol>, now: Moment) -> Change {
        let is_new = |symbol: &&Symbol| !self.subscribed.contains_key(*symbol);
        let add: Vec<Symbol> = requested.iter().filter(is_new).cloned().collect();
        self.subscribed.extend(add.iter().map(|symbol| (symbol.clone(), None)));
        let mut remove = Vec::new();
        self.subscribed.retain(|symbol, unrequested_since| {
            if requested.contains(symbol) {
                *unrequested_since = None;
                return true;
            }
            let since = *unrequested_since.get_or_insert(now);
            let stays = now < since + LINGER;
            if !stays {
                remove.push(symbol.clone());
            }
            stays
        });
        Change { add, remove, is_last: self.subscribed.is_empty() }
    }

    /// The next message; `None` once the connection has ended. A price clears what
    /// was wrong before.
    pub(super) async fn next(&mut self) -> Option<Result<Tick, SourceError>> {
        let message = self.ticks.next().await;
        if let Some(Ok(_)) = message {
            self.wrong = None;
        }
        message
    }

    /// Sends what is to be changed about subscriptions.
    pub(super) async fn send(
        &mut self,
        add: &[Instrument],
        remove: &[Instrument],
    ) -> Result<(), SourceError> {
        if !add.is_empty() {
            self.ticks.subscribe(add).await?;
        }
        if !remove.is_empty() {
            self.ticks.unsubscribe(remove).await?;
        }
        Ok(())
    }

    /// Notes what is wrong, in case the connection ends of it.
    pub(super) fn went_wrong(&mut self, error: SourceError) {
        self.wrong = Some(error);
    }

    pub(super) async fn close(&mut self) {
        self.ticks.close().await;
    }

    /// The upstream does not know this one.
    pub(super) fn forget(&mut self, symbol: &Symbol) {
        self.subscribed.remove(symbol);
    }

    pub(super) fn has_settled(&self, now: Moment) -> bool {
        now.since(self.since) >= SETTLED
    }

    /// Why it ended.
    pub(super) fn reason(self) -> SourceError {
        self.wrong.unwrap_or_else(|| SourceError::Unreachable {
            why: Unreach::BrokenOff,
            detail: "the stream ended without a reason".to_owned(),
        })
    }
}

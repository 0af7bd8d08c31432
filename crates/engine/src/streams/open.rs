use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use market::{SourceError, Symbol, TickStream, Unreach};

use crate::schedule::later;

/// What nobody wants stays subscribed for so long: somebody who looks at a page
/// again must not cost two messages.
const LINGER: Duration = Duration::from_mins(1);

/// One that has held for so long was well.
pub(super) const SETTLED: SignedDuration = SignedDuration::from_mins(1);

/// An open connection and what it is subscribed to.
pub(super) struct Open {
    pub(super) ticks: Box<dyn TickStream>,
    pub(super) since: Timestamp,
    /// The last thing that was wrong, until a price is heard again: when the
    /// connection ends, it is the reason.
    pub(super) wrong: Option<SourceError>,
    /// Each with the time since when nobody has wanted it.
    subscribed: HashMap<Symbol, Option<Timestamp>>,
}

/// What is to be changed about subscriptions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) add: Vec<Symbol>,
    pub(super) remove: Vec<Symbol>,
    /// Nothing remains: the connection is not needed.
    pub(super) is_last: bool,
}

impl Open {
    pub(super) fn new(
        ticks: Box<dyn TickStream>,
        symbols: impl IntoIterator<Item = Symbol>,
        since: Timestamp,
    ) -> Self {
        let subscribed = symbols.into_iter().map(|symbol| (symbol, None)).collect();
        Self { ticks, since, wrong: None, subscribed }
    }

    pub(super) fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        self.subscribed.keys()
    }

    /// Compares what is wanted with what is subscribed to, and notes it as done.
    pub(super) fn change(&mut self, wanted: &HashSet<Symbol>, now: Timestamp) -> Change {
        let is_new = |symbol: &&Symbol| !self.subscribed.contains_key(*symbol);
        let add: Vec<Symbol> = wanted.iter().filter(is_new).cloned().collect();
        self.subscribed.extend(add.iter().map(|symbol| (symbol.clone(), None)));
        let mut remove = Vec::new();
        self.subscribed.retain(|symbol, unwanted_since| {
            if wanted.contains(symbol) {
                *unwanted_since = None;
                return true;
            }
            let since = *unwanted_since.get_or_insert(now);
            let stays = now < later(since, LINGER);
            if !stays {
                remove.push(symbol.clone());
            }
            stays
        });
        Change { add, remove, is_last: self.subscribed.is_empty() }
    }

    /// The upstream does not know this one.
    pub(super) fn forget(&mut self, symbol: &Symbol) {
        self.subscribed.remove(symbol);
    }

    pub(super) fn has_settled(&self, now: Timestamp) -> bool {
        now.duration_since(self.since) >= SETTLED
    }

    /// Why it ended.
    pub(super) fn reason(self) -> SourceError {
        self.wrong.unwrap_or_else(|| SourceError::Unreachable {
            why: Unreach::BrokenOff,
            detail: "the stream ended without a reason".to_owned(),
        })
    }
}

use jiff::{SignedDuration, Timestamp};
use market::{HistoryQuery, Source, SourceError};
use moka::sync::Cache;

use crate::failures::{SourceFailure, SourceFailures};

/// How many failed queries are remembered, each with its source.
const FAILED_REMEMBERED: u64 = 10_000;

/// How long a source that failed a query is not asked it again while an older
/// result is held.
const TRY_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);

/// Until when a source is not asked a query about history again.
pub(super) struct Resting(Cache<(HistoryQuery, Source), Timestamp>);

impl Resting {
    pub(super) fn new() -> Self {
        Self(Cache::new(FAILED_REMEMBERED))
    }

    /// Each source rests by itself: while one that failed is left alone, a better
    /// one that was merely rate-limited is asked as soon as it may be.
    pub(super) fn may_ask(&self, query: &HistoryQuery, source: &Source, now: Timestamp) -> bool {
        let until = self.0.get(&(query.clone(), source.clone()));
        let left = until.map(|until| until.duration_since(now));
        // A clock that was set back must not prolong it.
        !left.is_some_and(|left| left.is_positive() && left <= TRY_AGAIN_AFTER)
    }

    pub(super) fn note(&self, query: &HistoryQuery, failures: &SourceFailures, now: Timestamp) {
        for SourceFailure { source, error } in failures.iter() {
            let not_asked_for = match error {
                SourceError::NotAsked { again_in, .. } => SignedDuration::try_from(*again_in).ok(),
                _ => None,
            };
            let rest = not_asked_for.map_or(TRY_AGAIN_AFTER, |it| it.min(TRY_AGAIN_AFTER));
            self.0.insert((query.clone(), source.clone()), now + rest);
        }
    }
}

use std::time::Duration;

use market::{HistoryQuery, Moment, Source, SourceError};
use moka::sync::Cache;

use crate::failures::{SourceFailure, SourceFailures};

/// How many failed queries are remembered, each with its source.
const FAILED_REMEMBERED: u64 = 10_000;

/// How long a source that failed a query is not asked it again while an older
/// result is held.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// Until when a source is not asked a query about history again.
pub(super) struct Resting(Cache<(HistoryQuery, Source), Moment>);

impl Resting {
    pub(super) fn new() -> Self {
        let failed = Cache::builder().max_capacity(FAILED_REMEMBERED);
        Self(failed.time_to_live(2 * TRY_AGAIN_AFTER).build())
    }

    /// Each source rests by itself: while one that failed is left alone, a better
    /// one that was merely rate-limited is asked as soon as it may be.
    pub(super) fn may_ask(&self, query: &HistoryQuery, source: &Source, now: Moment) -> bool {
        let until = self.0.get(&(query.clone(), source.clone()));
        until.is_none_or(|until| until <= now)
    }

    pub(super) fn note(&self, query: &HistoryQuery, failures: &SourceFailures, now: Moment) {
        // Where one client's share is spent, another is not to wait.
        let of_all = failures.iter().filter(|it| !it.is_share_spent());
        for SourceFailure { source, error } in of_all {
            let rest = match error {
                SourceError::NotAsked { again_in, .. } => (*again_in).min(TRY_AGAIN_AFTER),
                _ => TRY_AGAIN_AFTER,
            };
            self.0.insert((query.clone(), source.clone()), now + rest);
        }
    }
}

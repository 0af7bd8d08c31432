use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use market::{HistoryQuery, HistoryResult, StoreError};

use super::{History, is_import};

/// Queries whose results are in memory alone, and why.
#[derive(Default)]
pub(super) struct Unstored(Mutex<HashMap<HistoryQuery, StoreError>>);

impl Unstored {
    /// Notes a result that could not be stored. One that is itself at fault is not
    /// tried again.
    pub(super) fn note(&self, query: &HistoryQuery, error: StoreError) {
        if error.trouble().is_some() {
            self.all().insert(query.clone(), error);
        }
    }

    fn take(&self) -> HashMap<HistoryQuery, StoreError> {
        std::mem::take(&mut self.all())
    }

    fn all(&self) -> MutexGuard<'_, HashMap<HistoryQuery, StoreError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl History {
    /// Stores the results that could not be stored before, as far as memory still has
    /// them.
    pub(crate) async fn catch_up(&self) -> Result<(), StoreError> {
        let mut waiting: Vec<_> = self.unstored.take().into_keys().collect();
        waiting.sort_by_cached_key(|query| self.results.held(query).map(|it| it.received_at));
        let mut waiting = waiting.into_iter();
        while let Some(query) = waiting.next() {
            let Some(result) = self.results.held(&query).filter(|it| is_storable(it)) else {
                continue;
            };
            // One that is not plausible any more is not stored either.
            let _ = self.persist(HistoryResult::clone(&result)).await;
            let failed = self.unstored.all().get(&query).cloned();
            if let Some(error) = failed {
                waiting.for_each(|query| self.unstored.note(&query, error.clone()));
                return Err(error);
            }
        }
        Ok(())
    }

    /// Notes that nothing is stored of what memory holds.
    pub(crate) fn lost_all(&self) {
        let lost = || StoreError::damaged("it is not stored any more");
        for query in self.results.queries() {
            self.unstored.note(&query, lost());
        }
    }
}

/// Whether a source gave it as it is. What somebody brought in by hand is stored as
/// such, or not at all.
fn is_storable(result: &HistoryResult) -> bool {
    !result.simulated && !result.superseded && !is_import(&result.series.head.source)
}

use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use market::{HistoryQuery, HistoryResult, Source, SourceError, StoreError};
use tracing::warn;

use super::asking::as_answer;
use super::memory::{Dates, Origin};
use super::{Given, History, HistoryError, IMPORT};
use crate::failures::SourceFailures;

impl History {
    /// What is given where no source answers: what memory holds, bars that other
    /// queries brought, what was imported, or the simulator's.
    pub(super) async fn fallback(&self, query: &HistoryQuery, failures: SourceFailures) -> Given {
        let in_memory = self.results.get(query, self.context.now());
        if let Some(held) = in_memory.filter(|held| !held.simulated) {
            return Ok(held);
        }
        let stored = self.stored_fallback(query, failures.is_passing(), None).await;
        let unreadable = match stored {
            Ok(Some(held)) => return Ok(Arc::new(held)),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        let simulated = self.simulated(query, failures).await;
        if let (Ok(_), Some(error)) = (&simulated, &unreadable) {
            warn!(%error, question = %query, "stored bars cannot be read; simulated ones are given");
        }
        simulated.map_err(|failures| HistoryError::from(failures).with_store(unreadable))
    }

    /// What other queries brought of a source that cannot be asked at the moment, where that is
    /// current and covers the whole stretch. The next source would say it in other numbers,
    /// and a series would have one source for a year and another for its last week.
    pub(super) async fn held_of(
        &self,
        source: &Source,
        query: &HistoryQuery,
        why: &SourceError,
    ) -> Option<HistoryResult> {
        if query.source.is_some() || !why.is_passing() {
            return None;
        }
        let (from, to) = self.stretch_of(query, self.context.now());
        let store = self.context.store();
        // Where the store cannot be read, the next source decides.
        let found = store.covering(query, from, to, Timestamp::MIN, None).await.ok()??;
        let is_its = found.series.head.source == *source && self.is_current(&found);
        // Rows without a price, where there ought to be some, are no answer to a period: the
        // source is refused for them where it is asked itself.
        let tells = !found.series.is_empty() || found.may_be_whole();
        (is_its && tells).then(|| as_answer(found, query))
    }

    /// Bars that other queries brought, where sources are merely away, and else
    /// those that were imported.
    pub(super) async fn stored_fallback(
        &self,
        query: &HistoryQuery,
        is_passing: bool,
        at: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        if is_passing && let Some(found) = self.overlapping(query, at).await? {
            return Ok(Some(found));
        }
        match query.source {
            None => self.overlapping(&of_source(query, Source::new(IMPORT)), at).await,
            Some(_) => Ok(None),
        }
    }

    /// Bars from other queries that fall into this one's stretch, as they are known
    /// or were at an instant.
    pub(super) async fn overlapping(
        &self,
        query: &HistoryQuery,
        at: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        let dates = self.stretch_of(query, at.unwrap_or_else(|| self.context.now()));
        let found = self.overlapping_days(query, dates, at).await?;
        Ok(found.map(|found| as_answer(found, query)))
    }

    /// The trading dates that a question is about, seen from an instant.
    fn stretch_of(&self, query: &HistoryQuery, at: Timestamp) -> Dates {
        let zone = self.context.instrument(&query.symbol).zone();
        query.span.days(at.to_zoned(zone).date())
    }

    /// Those asked for without a source first, then those of each source that was
    /// insisted on, and what was imported last.
    async fn overlapping_days(
        &self,
        query: &HistoryQuery,
        (from, to): Dates,
        at: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        let store = self.context.store();
        if let Some(found) = store.overlapping(query, from, to, at).await? {
            return Ok(Some(found));
        }
        let others = self.sources_of(&query.symbol).into_iter();
        for source in others.filter(|_| query.source.is_none()) {
            let found = store.overlapping(&of_source(query, source), from, to, at).await?;
            if let Some(found) = found {
                return Ok(Some(HistoryResult { query: query.clone(), ..found }));
            }
        }
        Ok(None)
    }

    /// The simulator's bars, where it may be used: nothing real is held, and
    /// upstreams are away or the instrument is known here.
    async fn simulated(
        &self,
        query: &HistoryQuery,
        mut failures: SourceFailures,
    ) -> Result<Arc<HistoryResult>, SourceFailures> {
        let Some(simulator) = self.context.upstreams().simulator() else { return Err(failures) };
        let refused =
            failures.iter().any(|it| matches!(it.error, SourceError::OutsideWindow { .. }));
        let is_known = self.context.instruments().is_known(&query.symbol);
        if refused || (failures.is_unknown() && !is_known) {
            return Err(failures);
        }
        match simulator.bars.bars(query, &self.context.instrument(&query.symbol)).await {
            Ok(result) => Ok(self.results.remember(result, Origin::Own)),
            Err(error) => {
                failures.add(simulator.bars.source(), error);
                Err(failures)
            }
        }
    }

    /// What somebody brought in by hand.
    pub(super) async fn imported(&self, query: &HistoryQuery) -> Given {
        let import = Source::new(IMPORT);
        let query = &of_source(query, import.clone());
        let dates = self.stretch_of(query, self.context.now());
        if let Some(held) = self.results.brought(query, dates) {
            return Ok(held);
        }
        let changes = self.changes.load(Ordering::Acquire);
        match self.overlapping(query, None).await {
            Ok(Some(found)) => Ok(self.remembered(changes, query, found, Origin::Brought(dates))),
            Ok(None) => {
                let mut failures = SourceFailures::default();
                failures.add(import, SourceError::UnknownSymbol(query.symbol.clone()));
                Err(failures.into())
            }
            Err(error) => Err(HistoryError::Store { error, failures: SourceFailures::default() }),
        }
    }
}

fn of_source(query: &HistoryQuery, source: Source) -> HistoryQuery {
    HistoryQuery { source: Some(source), ..query.clone() }
}

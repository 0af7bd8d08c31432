use jiff::Timestamp;
use market::{Action, Change, HistoryQuery, HistoryResult, Source, StoreError, Symbol};
use tokio::sync::broadcast;

use super::History;
use super::composed::put_together;

impl History {
    /// What was told of a query at an instant: the same choice among the same
    /// answers as then, by the same code. Of a query that nobody had put, what
    /// would have been told without asking anybody.
    pub(crate) async fn told(
        &self,
        query: &HistoryQuery,
        at: Timestamp,
    ) -> Result<Option<HistoryResult>, StoreError> {
        let Some(finer) = query.interval.made_of() else { return self.known(query, at).await };
        let finer = HistoryQuery { interval: finer, ..query.clone() };
        Ok(self.known(&finer, at).await?.map(|result| put_together(&result, query)))
    }

    /// What was known in an interval that upstreams publish.
    async fn known(
        &self,
        query: &HistoryQuery,
        at: Timestamp,
    ) -> Result<Option<HistoryResult>, StoreError> {
        if let Some(found) = self.context.store().answer(query, Some(at)).await? {
            return Ok(Some(found));
        }
        if let Some(found) = self.covering(query, Some(at)).await? {
            return Ok(Some(found));
        }
        self.stored_fallback(query, true, Some(at)).await
    }

    /// The actions of an instrument that a source had told by an instant and not
    /// withdrawn.
    pub(crate) async fn actions_told(
        &self,
        symbol: &Symbol,
        source: &Source,
        at: Timestamp,
    ) -> Result<Vec<Action>, StoreError> {
        self.context.store().actions(symbol, source, Some(at)).await
    }

    /// Sends each change of what was known.
    pub(crate) fn revised(&self) -> broadcast::Receiver<Change> {
        self.revised.subscribe()
    }

    /// Tells of changes, if anybody listens.
    pub(super) fn tell(&self, changes: Vec<Change>) {
        for change in changes {
            let _ = self.revised.send(change);
        }
    }
}

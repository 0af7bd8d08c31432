use jiff::Timestamp;
use market::{Action, Change, HistoryQuery, HistoryResult, Series, Source, StoreError, Symbol};
use tokio::sync::broadcast;

use super::History;
use super::composed::put_together;

impl History {
    /// What was answered to a query at an instant: the same choice among the same
    /// answers as then, by the same code. Of a query that nobody had put, what
    /// would have been told without asking anybody.
    pub(crate) async fn as_known(
        &self,
        query: &HistoryQuery,
        at: Timestamp,
    ) -> Result<Option<HistoryResult>, StoreError> {
        let Some(finer) = query.interval.made_of() else { return self.gone_on(query, at).await };
        let finer = HistoryQuery { interval: finer, ..query.clone() };
        Ok(self.gone_on(&finer, at).await?.map(|result| put_together(&result, query)))
    }

    /// What was known, with the streamed prices that it had gone on with when it
    /// was told.
    async fn gone_on(
        &self,
        query: &HistoryQuery,
        at: Timestamp,
    ) -> Result<Option<HistoryResult>, StoreError> {
        let Some(known) = self.known(query, at).await? else { return Ok(None) };
        let disputes = self.context.store().disputes(Some(&query.symbol), Some(at)).await?;
        let repairs = self.context.store().repairs(Some(&query.symbol), Some(at)).await?;
        let known = known.marked(&disputes, &repairs);
        let source = &known.series.head.source;
        let streamed = self.context.store().streamed(query, source, at).await?;
        let newer = streamed.filter(|(_, received_at)| *received_at > known.received_at);
        let Some((bars, received_at)) = newer else { return Ok(Some(known)) };
        let bars = known.series.bars().chain(bars).collect();
        let series = Series::new(known.series.head.clone(), bars);
        Ok(Some(HistoryResult { series, received_at, ..known }))
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

    /// The actions of an instrument that a source has told and not withdrawn, or had by
    /// an instant.
    pub(crate) async fn actions_as_known(
        &self,
        symbol: &Symbol,
        source: &Source,
        at: Option<Timestamp>,
    ) -> Result<Vec<Action>, StoreError> {
        self.context.store().actions(symbol, source, at).await
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

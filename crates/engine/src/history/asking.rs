use std::sync::Arc;

use market::{HistoryQuery, HistoryResult, Source};
use tracing::debug;

use super::{Given, History};
use crate::failures::SourceFailures;

impl History {
    /// Asks behind the reader, or joins who is asking already. `None` only if the
    /// asking panicked.
    pub(super) fn refresh(
        self: &Arc<Self>,
        query: &HistoryQuery,
    ) -> impl Future<Output = Option<Given>> + use<> {
        let (history, asked) = (Arc::clone(self), query.clone());
        self.flights.join(query.clone(), || async move { history.ask(asked).await })
    }

    /// Asks; if nobody answers, says what to give instead.
    async fn ask(&self, query: HistoryQuery) -> Given {
        let mut sources = self.sources_for(&query);
        sources.retain(|source| self.resting.may_ask(&query, source, self.context.now()));
        let failures = match self.ask_sources(&query, sources).await {
            Ok(result) => return Ok(result),
            Err(failures) => failures,
        };
        debug!(question = %query, %failures, "no source answered");
        let given = self.fallback(&query, failures.clone()).await;
        // With nothing to give, the budget alone decides who is asked again.
        if given.is_ok() {
            self.resting.note(&query, &failures, self.context.now());
        }
        given
    }

    /// Asks one source after another until one gives a plausible result, and
    /// stores it.
    pub(super) async fn ask_sources(
        &self,
        query: &HistoryQuery,
        sources: Vec<Source>,
    ) -> Result<Arc<HistoryResult>, SourceFailures> {
        let instrument = self.context.instrument(&query.symbol);
        let mut failures = SourceFailures::default();
        for source in sources {
            let checked = match self.context.upstreams().bars(&source, query, &instrument).await {
                Ok(result) => self.persist(result).await,
                Err(error) => Err(error),
            };
            match checked {
                Ok(result) => return Ok(result),
                Err(error) => failures.add(source, error),
            }
        }
        Err(failures)
    }

    /// Whether there is a source that is not to be left alone for now. However
    /// many readers ask for what is held and old, none is asked each time.
    pub(super) fn may_ask_any(&self, query: &HistoryQuery) -> bool {
        let now = self.context.now();
        self.sources_for(query).iter().any(|source| self.resting.may_ask(query, source, now))
    }

    /// The sources that a query may be put to, in their order.
    pub(super) fn sources_for(&self, query: &HistoryQuery) -> Vec<Source> {
        if let Some(source) = &query.source {
            return vec![source.clone()];
        }
        let names = self.context.catalog().sources(&query.symbol);
        names.iter().copied().map(Source::new).collect()
    }
}

use std::sync::Arc;

use jiff::civil::Date;
use market::{
    HistoryQuery, HistoryResult, Overlap, Saved, SourceError, StoreError, Symbol, overlap,
};
use tracing::{info, warn};

use super::History;
use crate::plausibility::Earlier;

impl History {
    /// Checks a result of a source and stores it. Reads it back, so that what is
    /// given today is what will be given after a restart. Where the store fails,
    /// the result is held in memory only.
    ///
    /// # Errors
    ///
    /// [`SourceError::Suspect`] where the result is not plausible.
    pub(super) async fn persist(
        &self,
        result: HistoryResult,
    ) -> Result<Arc<HistoryResult>, SourceError> {
        let (store, now) = (self.context.store(), self.context.now());
        let of_query = store.answer(&result.question).await.ok().flatten();
        let of_series = self.held_of_the_same_series(&result).await;
        let overlap = of_series.as_ref().map_or(Overlap::None, |held| overlap(held, &result));
        let earlier =
            Earlier { of_query: of_query.as_ref(), of_series: of_series.as_ref(), overlap };
        self.plausibility.check(&result, &earlier, now)?;
        self.context.instruments().describe(&result.instrument);
        let stored = match self.write(&result, overlap).await {
            Ok(_) => store.answer(&result.question).await,
            Err(error) => Err(error),
        };
        let given = stored.unwrap_or_else(|error| {
            warn!(%error, question = %result.question, "bars cannot be stored; serving them from memory");
            None
        });
        Ok(self.remember(given.unwrap_or(result)))
    }

    /// Everything stored of the series, in the basis in force.
    async fn held_of_the_same_series(&self, result: &HistoryResult) -> Option<HistoryResult> {
        let source = Some(result.series.head.source.clone());
        let query = HistoryQuery { source, ..result.question.clone() };
        let found = self.context.store().overlapping(&query, None, Date::MAX).await;
        let held = found.ok().flatten()?;
        (held.series.head.source == result.series.head.source && !held.superseded).then_some(held)
    }

    /// Where the basis has changed, what is held must not be mixed with it: it
    /// is set apart, and each stretch of it is asked for anew when it is read.
    async fn write(&self, result: &HistoryResult, overlap: Overlap) -> Result<Saved, StoreError> {
        if !matches!(overlap, Overlap::Rebased(_) | Overlap::Unproven) {
            return self.context.store().keep_answer(result).await;
        }
        let symbol = &result.question.symbol;
        info!(%symbol, found = ?overlap, "what is held may be on another basis; it is set apart and asked anew");
        self.forget_results_of(symbol);
        self.context.store().rebase(result).await
    }

    fn forget_results_of(&self, symbol: &Symbol) {
        let of_symbol = self.results.iter().filter(|(query, _)| query.symbol == *symbol);
        let queries: Vec<_> = of_symbol.map(|(query, _)| query.as_ref().clone()).collect();
        for query in &queries {
            self.results.invalidate(query);
        }
    }
}

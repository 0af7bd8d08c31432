use std::sync::Arc;

use jiff::civil::Date;
use market::{HistoryQuery, HistoryResult, Period, Source, SourceError, Span};

use super::{IMPORT, readable};
use crate::engine::Engine;
use crate::misses::Misses;

impl Engine {
    /// What is shown where no source answers: what memory holds, bars that other
    /// questions brought, or the simulator's.
    pub(super) async fn stand_in(
        &self,
        question: &HistoryQuery,
        misses: Misses,
    ) -> Result<Arc<HistoryResult>, Misses> {
        if let Some(held) = self.inner.answers.get(question).filter(|held| !held.simulated) {
            return Ok(held);
        }
        if misses.is_passing()
            && let Some(answer) = self.overlapping(question).await
        {
            return Ok(Arc::new(answer));
        }
        if question.source.is_none()
            && let Ok(imported) = self.imported(question).await
        {
            return Ok(imported);
        }
        self.simulated(question, misses).await
    }

    /// Bars from other questions that fall into this one's stretch.
    pub(super) async fn overlapping(&self, question: &HistoryQuery) -> Option<HistoryResult> {
        let zone = self.instrument(&question.symbol).zone();
        let (from, to) = question.span.days(self.now().to_zoned(zone).date());
        let mut answer = self.overlapping_days(question, from, to).await?;
        if let Span::Period(Period::Days(n)) = question.span {
            answer.series = answer.series.latest_days(n.into());
        }
        Some(answer)
    }

    /// Those asked for without a source first, then those of each source that was
    /// insisted on, and what was imported last.
    async fn overlapping_days(
        &self,
        question: &HistoryQuery,
        from: Option<Date>,
        to: Date,
    ) -> Option<HistoryResult> {
        let found = self.inner.store.overlapping(question, from, to).await;
        if let Some(found) = readable(question, found) {
            return Some(found);
        }
        let others = self.sources_of(&question.symbol).into_iter();
        for source in others.filter(|_| question.source.is_none()) {
            let of_source = HistoryQuery { source: Some(source), ..question.clone() };
            let found = self.inner.store.overlapping(&of_source, from, to).await;
            if let Some(found) = readable(question, found) {
                return Some(HistoryResult { question: question.clone(), ..found });
            }
        }
        None
    }

    /// The simulator's bars, where it may stand in: nothing real is held, and
    /// upstreams are away or the instrument is one we vouch for.
    async fn simulated(
        &self,
        question: &HistoryQuery,
        mut misses: Misses,
    ) -> Result<Arc<HistoryResult>, Misses> {
        let Some(simulator) = self.inner.sources.simulator() else { return Err(misses) };
        let refused = misses.iter().any(|m| matches!(m.error, SourceError::OutsideWindow { .. }));
        if refused || (misses.is_unknown() && !self.is_vouched_for(&question.symbol)) {
            return Err(misses);
        }
        match simulator.bars.bars(question, &self.instrument(&question.symbol)).await {
            Ok(answer) => Ok(self.remember(answer)),
            Err(error) => {
                misses.add(simulator.bars.source(), error);
                Err(misses)
            }
        }
    }

    /// What somebody brought in by hand.
    pub(super) async fn imported(
        &self,
        question: &HistoryQuery,
    ) -> Result<Arc<HistoryResult>, Misses> {
        let question = HistoryQuery { source: Some(Source::new(IMPORT)), ..question.clone() };
        self.overlapping(&question).await.map(Arc::new).ok_or_else(|| {
            let mut misses = Misses::default();
            let nothing = SourceError::UnknownSymbol(question.symbol);
            misses.add(Source::new(IMPORT), nothing);
            misses
        })
    }
}

use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use market::{
    HistoryQuery, HistoryResult, Overlap, Saved, Source, SourceError, StoreError, Symbol, overlap,
};
use tracing::{info, warn};

use crate::engine::Engine;
use crate::judge::{self, Doubt};

/// A source whose history says the same doubtful thing for this long means it.
const LONG_ENOUGH: SignedDuration = SignedDuration::from_hours(24);

/// An answer about history that is not believed.
#[derive(Clone, Debug, PartialEq)]
pub struct DoubtedHistory {
    /// The instrument.
    pub symbol: Symbol,
    /// Who gave the answer.
    pub source: Source,
    /// Why it is not believed.
    pub doubt: Doubt,
    /// When it was first given.
    pub since: Timestamp,
    /// How often it was given.
    pub sightings: u32,
}

impl Engine {
    /// Judges an answer and keeps it. Reads it back, so that what is shown today
    /// is what will be shown after a restart; a store that fails costs only the
    /// keeping.
    ///
    /// # Errors
    ///
    /// [`SourceError::Suspect`] where the answer is not believed.
    pub(crate) async fn keep(
        &self,
        answer: HistoryResult,
    ) -> Result<Arc<HistoryResult>, SourceError> {
        let before = self.inner.store.answer(&answer.question).await.ok().flatten();
        let held = self.held_of_the_same_series(&answer).await;
        let found = held.as_ref().map_or(Overlap::None, |held| overlap(held, &answer));
        let doubt =
            judge::doubt_of_history(before.as_ref(), held.as_ref(), found, &answer, self.now());
        if let Some(error) = self.doubted(&answer, doubt) {
            return Err(error);
        }
        self.describe(&answer.instrument);
        let kept = match self.write(&answer, found).await {
            Ok(_) => self.inner.store.answer(&answer.question).await,
            Err(error) => Err(error),
        };
        let shown = kept.unwrap_or_else(|error| {
            warn!(%error, question = %answer.question, "bars cannot be kept; serving them from memory");
            None
        });
        Ok(self.remember(shown.unwrap_or(answer)))
    }

    /// Everything stored of the series, in the basis in force.
    async fn held_of_the_same_series(&self, answer: &HistoryResult) -> Option<HistoryResult> {
        let source = Some(answer.series.head.source.clone());
        let question = HistoryQuery { source, ..answer.question.clone() };
        let found = self.inner.store.overlapping(&question, None, Date::MAX).await;
        let held = found.ok().flatten()?;
        (held.series.head.source == answer.series.head.source && !held.superseded).then_some(held)
    }

    /// Where the basis has changed, what is held must not be mixed with it: it
    /// is set apart, and each stretch of it is asked for anew when it is read.
    async fn write(&self, answer: &HistoryResult, found: Overlap) -> Result<Saved, StoreError> {
        if !matches!(found, Overlap::Rebased(_) | Overlap::Unproven) {
            return self.inner.store.persist_answer(answer).await;
        }
        let symbol = &answer.question.symbol;
        info!(%symbol, ?found, "what is held may be on another basis; it is set apart and asked anew");
        self.forget_history_of(symbol);
        self.inner.store.rebase(answer).await
    }

    fn forget_history_of(&self, symbol: &Symbol) {
        let answers = &self.inner.answers;
        let of_symbol = answers.iter().filter(|(question, _)| question.symbol == *symbol);
        let questions: Vec<_> = of_symbol.map(|(question, _)| question.as_ref().clone()).collect();
        for question in &questions {
            answers.invalidate(question);
        }
    }

    /// Notes an answer that is not believed, or clears what was noted.
    fn doubted(&self, answer: &HistoryResult, doubt: Option<Doubt>) -> Option<SourceError> {
        let (symbol, source) = (&answer.question.symbol, &answer.series.head.source);
        let mut noted =
            self.inner.doubted_history.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let at = noted.iter().position(|it| it.symbol == *symbol && it.source == *source);
        let before = at.map(|at| noted.remove(at));
        let doubt = doubt?;
        let before = before.filter(|before| before.doubt == doubt);
        let since = before.as_ref().map_or(self.now(), |before| before.since);
        if doubt.can_be_confirmed() && self.now().duration_since(since) >= LONG_ENOUGH {
            return None;
        }
        if before.is_none() {
            warn!(%symbol, %source, %doubt, "an answer about history is not believed and not kept");
        }
        let error = SourceError::Suspect(doubt.to_string());
        let sightings = before.map_or(1, |before| before.sightings + 1);
        let (symbol, source) = (symbol.clone(), source.clone());
        let doubted = DoubtedHistory { symbol, source, doubt, since, sightings };
        // In its place: a list whose rows change places is hard to read.
        let place = at.unwrap_or(noted.len());
        noted.insert(place, doubted);
        Some(error)
    }

    /// Answers about history that are not believed.
    pub fn doubted_history(&self) -> Vec<DoubtedHistory> {
        self.inner.doubted_history.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

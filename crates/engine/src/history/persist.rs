use std::sync::Arc;

use futures_util::FutureExt;
use jiff::civil::Date;
use market::{
    Dispute, HistoryQuery, HistoryResult, Outcome, Overlap, Saved, SourceError, Span, Speaks,
    StoreError, overlap,
};
use tracing::{info, warn};

use super::History;
use super::comparison::enough_of;
use super::memory::Origin;
use crate::not_stored;
use crate::plausibility::Earlier;

/// What is stored, to compare a new result with.
#[derive(Default)]
struct Stored {
    /// The last result of the same query.
    of_query: Option<HistoryResult>,
    /// As much of the same series as a comparison needs.
    of_series: Option<HistoryResult>,
}

impl History {
    /// Checks a result of a source and stores it. Reads it back, so that what is
    /// given today is what will be given after a restart. Where the store fails,
    /// the result is held in memory only: also where it cannot be read, because
    /// bars of two bases might then stand side by side.
    ///
    /// # Errors
    ///
    /// [`SourceError::Suspect`] where the result is not plausible;
    /// [`SourceError::NoRoom`] where too many large ones are being stored.
    pub(super) async fn persist(
        &self,
        result: HistoryResult,
    ) -> Result<Arc<HistoryResult>, SourceError> {
        let Some(_room) = self.work.room(result.bytes()).await else {
            warn!(question = %result.query, "too many large answers are being stored; this one is left out");
            return Err(SourceError::NoRoom);
        };
        let (stored, unreadable) = match self.stored(&result).await {
            Ok(stored) => (stored, None),
            Err(error) => (Stored::default(), Some(error)),
        };
        let overlap =
            stored.of_series.as_ref().map_or(Overlap::None, |held| overlap(held, &result));
        let earlier = Earlier {
            of_query: stored.of_query.as_ref(),
            of_series: stored.of_series.as_ref(),
            overlap,
        };
        let before = self.plausibility.dispute(&result);
        self.plausibility.check(&result, &earlier, self.context.look())?;
        self.context.instruments().describe(&result.instrument);
        let written = match unreadable {
            None => self.write(&result, overlap, before).await,
            Some(error) => Err(error),
        };
        let given = match written {
            Ok(saved) => {
                self.forget_what_changed(&result.query, saved, is_rebase(overlap));
                self.context.store().answer(&result.query, None).await
            }
            Err(error) => Err(error),
        };
        let given = given.unwrap_or_else(|error| {
            let consequence = format!("{} cannot be stored; it is held in memory", result.query);
            not_stored::log(&error, &consequence);
            self.unstored.note(&result.query, error);
            None
        });
        Ok(self.results.remember(given.unwrap_or(result), Origin::Own))
    }

    /// What is stored, to compare with.
    async fn stored(&self, new: &HistoryResult) -> Result<Stored, StoreError> {
        let source = Some(new.series.head.source.clone());
        let query = HistoryQuery { source, ..new.query.clone() };
        let in_force = |from, to| self.in_force(&query, from, to).boxed();
        Ok(Stored {
            of_query: self.context.store().answer(&new.query, None).await?,
            of_series: enough_of(&in_force, new).await?,
        })
    }

    /// The bars of one source between two trading dates, in the basis in force.
    async fn in_force(
        &self,
        query: &HistoryQuery,
        from: Option<Date>,
        to: Date,
    ) -> Result<Option<HistoryResult>, StoreError> {
        let found = self.context.store().overlapping(query, from, to, None).await?;
        let is_of_the_source =
            |held: &HistoryResult| Some(&held.series.head.source) == query.source.as_ref();
        Ok(found.filter(|held| is_of_the_source(held) && !held.superseded))
    }

    /// Where the basis has changed, what is held must not be mixed with it: it
    /// is set apart, and each stretch of it is asked for anew when it is read.
    async fn write(
        &self,
        result: &HistoryResult,
        overlap: Overlap,
        before: Option<Dispute>,
    ) -> Result<Saved, StoreError> {
        let (store, now) = (self.context.store(), self.plausibility.dispute(result));
        // What is disputed is so before it is stored, and until what ends that is.
        if let Some(begun) = now.as_ref().filter(|_| now != before) {
            store.begin_dispute(begun).await?;
        }
        let saved = if is_rebase(overlap) {
            let symbol = &result.query.symbol;
            info!(%symbol, found = ?overlap, "what is held may be on another basis; it is set apart and asked anew");
            store.rebase(result, self.context.now()).await?
        } else {
            store.persist_answer(result, Speaks::OfItsStretch, self.context.now()).await?
        };
        if let Some(ended) = before.filter(|_| now.is_none()) {
            // Another basis again is the one that was believed before.
            let outcome = if is_rebase(overlap) { Outcome::GaveWay } else { Outcome::Stood };
            store.end_dispute(&ended, self.context.now(), outcome).await?;
        }
        Ok(saved)
    }

    /// What an answer to one query brings concerns the others of its instrument. One
    /// that brings nothing new is the later answer to all dates that it covers.
    fn forget_what_changed(&self, query: &HistoryQuery, saved: Saved, is_rebase: bool) {
        let is_news = saved.is_news() || is_rebase;
        let is_concerned = |other: &HistoryQuery| {
            let may_be_covered = matches!(other.span, Span::Dates { .. });
            other.symbol == query.symbol && (is_news || may_be_covered)
        };
        self.forget_all(is_concerned);
        self.tell(saved.changes);
    }
}

fn is_rebase(overlap: Overlap) -> bool {
    matches!(overlap, Overlap::Rebased(_) | Overlap::Unproven)
}

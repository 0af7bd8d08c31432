use std::sync::Arc;
use std::time::Duration;

use engine::{Engine, HistoryError};
use jiff::Timestamp;
use market::{HistoryQuery, HistoryResult, NotAsked, Source, SourceError, Symbol};
use query::Refusal;
use query::explain::explained;

use super::pauses::Pauses;

/// How the time passes until upstreams may be asked again.
pub(super) trait Patience {
    /// Waits while upstreams are rate-limited; `false` where somebody wants to
    /// stop instead.
    async fn pause(&self, symbol: &Symbol, why: &str, length: Duration) -> bool;
}

/// What fetching a symbol's history came to.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It came during this run.
    Fetched(Arc<HistoryResult>),
    /// The store had it before, and it is current.
    AlreadyThere(Arc<HistoryResult>),
    /// It cannot be had.
    Failed {
        /// For this reason.
        why: String,
        /// The upstreams that are not well, whatever the symbol.
        failing: Vec<Source>,
    },
}

/// Who is asked, and since when.
pub(super) struct Desk<'a, P> {
    pub(super) engine: &'a Engine,
    /// When this run began.
    pub(super) begun: Timestamp,
    pub(super) patience: &'a P,
}

impl<P: Patience> Desk<'_, P> {
    /// Fetches one symbol's history, waiting where its upstreams want a pause;
    /// `None` where somebody wants to stop.
    pub(super) async fn fill(&self, question: &HistoryQuery) -> Option<Outcome> {
        let mut given = self.engine.history_anew(question).await;
        let mut pauses = Pauses::default();
        while let Some((length, why)) =
            given.as_ref().err().and_then(|it| pauses.next(it.failures()))
        {
            if !self.patience.pause(&question.symbol, &why, length).await {
                return None;
            }
            given = self.engine.history_anew(question).await;
        }
        Some(match given {
            Ok(answer) => self.had(answer).await,
            Err(error) => self.failed(question, error),
        })
    }

    async fn had(&self, answer: Arc<HistoryResult>) -> Outcome {
        // The store keeps instants to the millisecond.
        if answer.received_at.as_millisecond() < self.begun.as_millisecond() {
            return Outcome::AlreadyThere(answer);
        }
        let why = match self.engine.is_stored(&answer).await {
            Ok(true) => return Outcome::Fetched(answer),
            Ok(false) => "is its disk full or read-only?".to_owned(),
            Err(error) => error.in_full(),
        };
        let why = format!("an answer came, but the store has not written it; {why}");
        Outcome::Failed { why, failing: Vec::new() }
    }

    fn failed(&self, question: &HistoryQuery, error: HistoryError) -> Outcome {
        let failing = error.failures().iter().filter(|failure| is_unwell(&failure.error));
        let failing = failing.map(|failure| failure.source.clone()).collect();
        let symbol = question.symbol.clone();
        let near = self.engine.near(&symbol);
        let why = match Refusal::no_history(symbol, error, near) {
            // That no value is held, as this error says, may be wrong here.
            Refusal::Unavailable { failures, .. } => {
                format!("nobody gave an answer: {}", explained(&failures))
            }
            Refusal::Store(error) => error.in_full(),
            error => error.to_string(),
        };
        Outcome::Failed { why, failing }
    }
}

/// Whether an error tells of the upstream rather than of the symbol, or of what
/// we allow ourselves.
fn is_unwell(error: &SourceError) -> bool {
    match error {
        SourceError::NotAsked { why, .. } => {
            !matches!(why, NotAsked::RateLimited | NotAsked::ShareSpent)
        }
        SourceError::Suspect(_) | SourceError::OtherInterval { .. } => false,
        other => other.is_passing(),
    }
}

#[cfg(test)]
mod tests;

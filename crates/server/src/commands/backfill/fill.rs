use std::collections::HashSet;
use std::time::Duration;

use engine::Engine;
use jiff::Timestamp;
use jiff::civil::Date;
use market::{Answer, Question, Store, StoreError, Symbol, series_lifetime};

use super::next::Next;

/// Whoever asks for a pause each time is not going to answer.
const MOST_PAUSES: u32 = 5;

/// How the time passes until an answer is there, or may be asked for again.
pub(super) trait Patience {
    /// Waits a moment for an answer that is under way.
    async fn look_again(&self);

    /// Waits while upstreams are being spared; `false` where somebody wants to
    /// stop instead.
    async fn pause(&self, symbol: &Symbol, why: &str, length: Duration) -> bool;
}

/// What fetching a symbol's history came to.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The store has it now.
    Fetched {
        /// As the store has it.
        answer: Answer,
        /// Bars that the store did not have before.
        new: usize,
    },
    /// The store had it, and it is current.
    AlreadyThere(Answer),
    /// It cannot be had, for this reason.
    Failed(String),
}

/// Who is asked, and where the answers are kept.
pub(super) struct Desk<'a, P> {
    pub(super) engine: &'a Engine,
    /// The engine's own store, to be read: what is not in it has not been
    /// fetched, whatever the engine gives instead.
    pub(super) store: &'a dyn Store,
    pub(super) patience: &'a P,
}

/// A symbol's history on its way into the store.
pub(super) struct Wanted<'a> {
    pub(super) question: &'a Question,
    /// When this began.
    pub(super) since: Timestamp,
    /// When the answer that the store has, and that is too old, was received.
    pub(super) before: Option<Timestamp>,
    /// All that the store had of this series.
    held: Option<Answer>,
}

impl<P: Patience> Desk<'_, P> {
    /// Fetches one symbol's history, waiting where its upstreams want a pause;
    /// `None` where somebody wants to stop.
    pub(super) async fn fill(&self, question: &Question) -> Option<Outcome> {
        let filled = self.fetch_unless_there(question).await;
        filled.unwrap_or_else(|error| Some(Outcome::Failed(error.to_string())))
    }

    async fn fetch_unless_there(&self, question: &Question) -> Result<Option<Outcome>, StoreError> {
        let since = self.engine.now();
        let before = match self.store.answer(question).await? {
            Some(answer) if is_current(&answer, since) => {
                return Ok(Some(Outcome::AlreadyThere(answer)));
            }
            before => before.map(|answer| answer.received_at),
        };
        let held = self.store.overlapping(question, None, Date::MAX).await?;
        self.fetch(&Wanted { question, since, before, held }).await
    }

    async fn fetch(&self, wanted: &Wanted<'_>) -> Result<Option<Outcome>, StoreError> {
        let (mut looks, mut pauses) = (0, 0);
        loop {
            let given = self.engine.history(wanted.question).await;
            if let Some(outcome) = self.kept(wanted).await? {
                return Ok(Some(outcome));
            }
            match self.next(wanted, given) {
                Next::Look { most } if looks < most => {
                    looks += 1;
                    self.patience.look_again().await;
                }
                Next::Pause(length, why) if pauses < MOST_PAUSES => {
                    pauses += 1;
                    if !self.patience.pause(&wanted.question.symbol, &why, length).await {
                        return Ok(None);
                    }
                }
                Next::Look { .. } => return Ok(Some(Outcome::Failed(self.in_vain(wanted)))),
                Next::Pause(_, why) | Next::GiveUp(why) => return Ok(Some(Outcome::Failed(why))),
            }
        }
    }

    /// The answer, once the store has one that it did not have before.
    async fn kept(&self, wanted: &Wanted<'_>) -> Result<Option<Outcome>, StoreError> {
        let kept = self.store.answer(wanted.question).await?;
        let newer = kept.filter(|kept| Some(kept.received_at) > wanted.before);
        Ok(newer.map(|answer| {
            let new = new_bars(wanted.held.as_ref(), &answer);
            Outcome::Fetched { answer, new }
        }))
    }
}

fn is_current(answer: &Answer, now: Timestamp) -> bool {
    now.duration_since(answer.received_at) < series_lifetime(answer, now)
}

/// How many bars of an answer were not held before it came.
fn new_bars(held: Option<&Answer>, answer: &Answer) -> usize {
    let of_same = held.filter(|held| held.series.head == answer.series.head);
    let held: HashSet<Timestamp> =
        of_same.into_iter().flat_map(|held| held.series.bars().map(|bar| bar.open_time)).collect();
    answer.series.bars().filter(|bar| !held.contains(&bar.open_time)).count()
}

#[cfg(test)]
mod tests;

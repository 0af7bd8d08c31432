use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use market::{Action, HistoryResult, Interval, Source, SourceError, Symbol, power_of_ten};
use tracing::warn;

use super::history::{Earlier, Judged, judge_history};
use super::{Rejection, is_hundredfold};

/// Half an answer may come twice in a row; told again after so long it is meant.
const APART: SignedDuration = SignedDuration::from_secs(20);

/// A result about history that is not believed.
#[derive(Clone, Debug, PartialEq)]
pub struct RejectedHistory {
    /// The instrument.
    pub symbol: Symbol,
    /// Who gave it.
    pub source: Source,
    /// Why it is not believed.
    pub reason: Rejection,
    /// When it was first given.
    pub since: Timestamp,
    /// How often it was given.
    pub sightings: u32,
}

/// A history that is shown and differs by a factor from what was believed before.
struct Disputed {
    interval: Interval,
    by: f64,
    what: RejectedHistory,
}

impl Disputed {
    fn is_of(&self, result: &HistoryResult) -> bool {
        let head = &result.series.head;
        let of = (&self.what.symbol, &self.what.source, self.interval);
        of == (&head.symbol, &head.source, head.interval)
    }
}

#[derive(Default)]
struct Remembered {
    rejected: Vec<RejectedHistory>,
    disputed: Vec<Disputed>,
}

/// Decides which history is believed, and remembers what is not.
#[derive(Default)]
pub(crate) struct Plausibility {
    remembered: Mutex<Remembered>,
}

impl Plausibility {
    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Results about history that are not believed.
    pub(crate) fn rejected_histories(&self) -> Vec<RejectedHistory> {
        let remembered = self.remembered();
        let disputed = remembered.disputed.iter().map(|it| &it.what);
        remembered.rejected.iter().chain(disputed).cloned().collect()
    }

    /// Whether a history is shown that nothing but its source speaks for, and that
    /// differs by a factor from what was believed before: it is not fresh.
    pub(crate) fn is_disputed(&self, shown: &HistoryResult) -> bool {
        self.remembered().disputed.iter().any(|it| it.is_of(shown))
    }

    /// Checks a result, and remembers it if it is rejected or disputed.
    ///
    /// # Errors
    ///
    /// [`SourceError::Suspect`] where it is rejected.
    pub(crate) fn check(
        &self,
        new: &HistoryResult,
        earlier: &Earlier<'_>,
        now: Timestamp,
    ) -> Result<(), SourceError> {
        let mut remembered = self.remembered();
        match judge_history(earlier, new) {
            Judged::Believed => remembered.believe(new),
            Judged::Disputed(by) => remembered.dispute(new, by, now),
            Judged::Doubted(reason) if remembered.is_repeated(new, &reason, now) => {
                remembered.believe(new);
            }
            Judged::Doubted(reason) | Judged::Rejected(reason) => {
                return Err(remembered.reject(new, reason, now));
            }
        }
        Ok(())
    }
}

impl Remembered {
    fn place(&self, new: &HistoryResult) -> Option<usize> {
        let (symbol, source) = (&new.question.symbol, &new.series.head.source);
        self.rejected.iter().position(|it| it.symbol == *symbol && it.source == *source)
    }

    fn is_repeated(&self, new: &HistoryResult, reason: &Rejection, now: Timestamp) -> bool {
        let before = self.place(new).map(|at| &self.rejected[at]);
        before.is_some_and(|it| it.reason == *reason && now.duration_since(it.since) >= APART)
    }

    /// What is believed ends what was held against its source; a split that it tells,
    /// also what was disputed.
    fn believe(&mut self, new: &HistoryResult) {
        if let Some(at) = self.place(new) {
            self.rejected.remove(at);
        }
        let factors = || new.actions.iter().filter_map(Action::split_factor);
        let is_explained = |by: f64| factors().any(|it| is_hundredfold(it) && is_as(it, by));
        self.disputed.retain(|it| !(it.is_of(new) && is_explained(it.by)));
    }

    /// Remembers what is shown all the same; what is back at the level before is not
    /// disputed any more.
    fn dispute(&mut self, new: &HistoryResult, by: f64, now: Timestamp) {
        if let Some(at) = self.place(new) {
            self.rejected.remove(at);
        }
        if let Some(at) = self.disputed.iter().position(|it| it.is_of(new)) {
            let before = self.disputed.remove(at);
            if power_of_ten(before.by * by).is_none() {
                return;
            }
        }
        let what = first_seen(new, Rejection::HundredFold, now);
        let (symbol, source) = (&what.symbol, &what.source);
        warn!(%symbol, %source, by, "history differs by a factor from what was believed, and nothing decides; it is shown and not fresh");
        self.disputed.push(Disputed { interval: new.series.head.interval, by, what });
    }

    fn reject(&mut self, new: &HistoryResult, reason: Rejection, now: Timestamp) -> SourceError {
        let error = SourceError::Suspect(reason.to_string());
        let Some(at) = self.place(new) else {
            self.rejected.push(logged(first_seen(new, reason, now)));
            return error;
        };
        // In its place: a list whose rows change places is hard to read.
        let before = &mut self.rejected[at];
        if before.reason == reason {
            before.sightings = before.sightings.saturating_add(1);
        } else {
            *before = logged(first_seen(new, reason, now));
        }
        error
    }
}

/// Whether two factors go the same way.
fn is_as(one: f64, other: f64) -> bool {
    power_of_ten(one / other).is_none()
}

fn first_seen(new: &HistoryResult, reason: Rejection, now: Timestamp) -> RejectedHistory {
    let (symbol, source) = (new.question.symbol.clone(), new.series.head.source.clone());
    RejectedHistory { symbol, source, reason, since: now, sightings: 1 }
}

fn logged(it: RejectedHistory) -> RejectedHistory {
    let (symbol, source, doubt) = (&it.symbol, &it.source, &it.reason);
    warn!(%symbol, %source, %doubt, "history is not believed and not stored");
    it
}

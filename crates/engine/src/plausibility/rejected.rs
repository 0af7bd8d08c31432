use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use market::{
    Action, Differs, Dispute, HistoryResult, Moment, Overlap, SeriesHead, Source, SourceError,
    Symbol, power_of_ten,
};
use tracing::warn;

use super::history::{Earlier, Judged, judge_history};
use super::{Rejection, is_hundredfold};
use crate::figures::Figures;
use crate::now::Now;

/// Half an answer may come twice in a row; told again after so long it is meant.
const APART: Duration = Duration::from_secs(20);

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
    /// The same by the clock that nobody sets.
    pub since_moment: Moment,
    /// How often it was given.
    pub sightings: u32,
}

/// A history that is shown and differs by a factor from what was believed before, as one
/// that is not believed.
fn rejected(dispute: &Dispute) -> RejectedHistory {
    let Dispute { symbol, source, since, .. } = dispute.clone();
    // It waits for nothing, so no moment is kept of it.
    let (reason, since_moment) = (Rejection::HundredFold, Moment::default());
    RejectedHistory { symbol, source, reason, since, since_moment, sightings: 1 }
}

#[derive(Default)]
struct Remembered {
    rejected: Vec<RejectedHistory>,
    disputed: Vec<Dispute>,
}

/// Decides which history is believed, and remembers what is not.
#[derive(Default)]
pub(crate) struct Plausibility {
    remembered: Mutex<Remembered>,
}

impl Figures for RejectedHistory {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        name(&self.source, Some(&self.symbol));
    }
}

impl Plausibility {
    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Results about history that are not believed.
    pub(crate) fn rejected_histories(&self) -> Vec<RejectedHistory> {
        let remembered = self.remembered();
        let all_of_it = |it: &&Dispute| it.differs.factor().is_some();
        let disputed = remembered.disputed.iter().filter(all_of_it).map(rejected);
        remembered.rejected.iter().cloned().chain(disputed).collect()
    }

    /// Goes on from what was disputed when the service ended.
    pub(crate) fn with(disputed: Vec<Dispute>) -> Self {
        Self { remembered: Mutex::new(Remembered { disputed, ..Remembered::default() }) }
    }

    /// That all of the series of a result is disputed, if it is.
    pub(crate) fn dispute(&self, result: &HistoryResult) -> Option<Dispute> {
        let remembered = self.remembered();
        remembered.disputed.iter().find(|it| it.is_of_all(&result.series.head)).cloned()
    }

    /// What is disputed of an instrument's history: that nothing but its source speaks for
    /// it, and it differs by a factor from what was believed before; or closes, of which
    /// another source says something else.
    pub(crate) fn disputes(&self, symbol: &Symbol) -> Vec<Dispute> {
        let remembered = self.remembered();
        remembered.disputed.iter().filter(|it| it.symbol == *symbol).cloned().collect()
    }

    /// Remembers that a close is disputed, in the place of what was of it before.
    pub(crate) fn begin_close(&self, dispute: &Dispute) {
        let mut remembered = self.remembered();
        remembered.disputed.retain(|it| !it.is_of_same_close(dispute));
        remembered.disputed.push(dispute.clone());
    }

    /// A close is disputed no more.
    pub(crate) fn end_close(&self, dispute: &Dispute) {
        self.remembered().disputed.retain(|it| !it.is_of_same_close(dispute));
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
        now: Now,
    ) -> Result<(), SourceError> {
        let mut remembered = self.remembered();
        match judge_history(earlier, new) {
            Judged::Believed => remembered.believe(new, earlier.overlap),
            Judged::Disputed(by) => remembered.dispute(new, by, now),
            Judged::Doubted(reason) if remembered.is_repeated(new, &reason, now) => {
                remembered.believe(new, earlier.overlap);
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
        let (symbol, source) = (&new.query.symbol, &new.series.head.source);
        self.rejected.iter().position(|it| it.symbol == *symbol && it.source == *source)
    }

    fn is_repeated(&self, new: &HistoryResult, reason: &Rejection, now: Now) -> bool {
        let before = self.place(new).map(|at| &self.rejected[at]);
        before.is_some_and(|it| it.reason == *reason && now.moment.since(it.since_moment) >= APART)
    }

    /// What is believed ends what was held against its source; a split that it tells,
    /// also what was disputed, be it that prices are adjusted for it only now.
    fn believe(&mut self, new: &HistoryResult, overlap: Overlap) {
        if let Some(at) = self.place(new) {
            self.rejected.remove(at);
        }
        let factors = || new.actions.iter().filter_map(Action::split_factor);
        let is_explained = |by: f64| factors().any(|it| is_hundredfold(it) && is_as(it, by));
        let is_adjusted = |by: f64| match overlap {
            Overlap::Rebased(since) => factors().any(|it| is_as(it, by * since)),
            Overlap::None | Overlap::Unproven | Overlap::Same | Overlap::Corrected => false,
        };
        let is_over = |it: &Dispute| {
            let by = it.differs.factor().filter(|_| it.is_of(&new.series.head));
            by.is_some_and(|by| is_explained(by) || is_adjusted(by))
        };
        self.disputed.retain(|it| !is_over(it));
    }

    /// Remembers what is shown all the same; what is back at the level before is not
    /// disputed any more.
    fn dispute(&mut self, new: &HistoryResult, by: f64, now: Now) {
        if let Some(at) = self.place(new) {
            self.rejected.remove(at);
        }
        if let Some(at) = self.disputed.iter().position(|it| it.is_of_all(&new.series.head)) {
            let before = self.disputed.remove(at).differs.factor();
            if before.is_some_and(|before| power_of_ten(before * by).is_none()) {
                return;
            }
        }
        let SeriesHead { symbol, interval, source, .. } = new.series.head.clone();
        warn!(%symbol, %source, by, "history differs by a factor from what was believed, and nothing decides; it is shown and not fresh");
        let differs = Differs::ByFactor(by);
        self.disputed.push(Dispute { symbol, interval, source, differs, since: now.wall });
    }

    fn reject(&mut self, new: &HistoryResult, reason: Rejection, now: Now) -> SourceError {
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

fn first_seen(new: &HistoryResult, reason: Rejection, now: Now) -> RejectedHistory {
    let (symbol, source) = (new.query.symbol.clone(), new.series.head.source.clone());
    let (since, since_moment) = (now.wall, now.moment);
    RejectedHistory { symbol, source, reason, since, since_moment, sightings: 1 }
}

fn logged(it: RejectedHistory) -> RejectedHistory {
    let (symbol, source, doubt) = (&it.symbol, &it.source, &it.reason);
    warn!(%symbol, %source, %doubt, "history is not believed and not stored");
    it
}

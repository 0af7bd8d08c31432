use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use market::{HistoryResult, Source, SourceError, Symbol};
use tracing::warn;

use super::Rejection;
use super::history::{Earlier, rejection_of_history};

/// A source whose history is implausible in the same way for this long means it.
const LONG_ENOUGH: SignedDuration = SignedDuration::from_hours(24);

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

/// Decides which history is believed, and remembers what is not.
#[derive(Default)]
pub(crate) struct Plausibility {
    rejected: Mutex<Vec<RejectedHistory>>,
}

impl Plausibility {
    fn rejected(&self) -> MutexGuard<'_, Vec<RejectedHistory>> {
        self.rejected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Results about history that are not believed.
    pub(crate) fn rejected_histories(&self) -> Vec<RejectedHistory> {
        self.rejected().clone()
    }

    /// Checks a result, and remembers it if it is rejected.
    ///
    /// # Errors
    ///
    /// [`SourceError::Suspect`] where it is.
    pub(crate) fn check(
        &self,
        new: &HistoryResult,
        earlier: &Earlier<'_>,
        now: Timestamp,
    ) -> Result<(), SourceError> {
        let reason = rejection_of_history(earlier, new);
        self.remember(new, reason, now).map_or(Ok(()), Err)
    }

    /// Remembers a rejection, or forgets the one before.
    fn remember(
        &self,
        new: &HistoryResult,
        reason: Option<Rejection>,
        now: Timestamp,
    ) -> Option<SourceError> {
        let (symbol, source) = (&new.question.symbol, &new.series.head.source);
        let mut rejected = self.rejected();
        let at = rejected.iter().position(|it| it.symbol == *symbol && it.source == *source);
        let before = at.map(|at| rejected.remove(at));
        let reason = reason?;
        let before = before.filter(|before| before.reason == reason);
        let since = before.as_ref().map_or(now, |before| before.since);
        if reason.can_be_confirmed() && now.duration_since(since) >= LONG_ENOUGH {
            return None;
        }
        if before.is_none() {
            warn!(%symbol, %source, doubt = %reason, "history is not believed and not stored");
        }
        let error = SourceError::Suspect(reason.to_string());
        let sightings = before.map_or(1, |before| before.sightings + 1);
        let (symbol, source) = (symbol.clone(), source.clone());
        // In its place: a list whose rows change places is hard to read.
        let place = at.unwrap_or(rejected.len());
        rejected.insert(place, RejectedHistory { symbol, source, reason, since, sightings });
        Some(error)
    }
}

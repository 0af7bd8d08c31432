//! The one place from which upstreams are called.
//!
//! A call asks in this order: is the upstream's budget spent, did it ask for a
//! pause, is its breaker open? Then it is made, with a deadline, and once more
//! after a failure that may pass soon. What comes back is counted, and what was spent is
//! remembered over restarts. That the same
//! question is not already under way is seen to before, by `flight`.

mod about;
mod breaker;
mod budget;
mod counts;
mod memory;
mod on_behalf;
mod parts;
mod pause;
mod state;
mod troubles;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use market::{Allowance, Clock, Source, SourceError, Store, Unreach};

use tracing::{info, warn};

use crate::client::Client;
use crate::now::Now;
pub(crate) use about::About;
pub(crate) use budget::Allotment;
pub(crate) use on_behalf::{Bill, OnBehalf};
use state::{News, State};
pub use state::{UpstreamState, UpstreamStatus};
pub(crate) use troubles::Troubles;

/// How calls to every upstream are made.
#[derive(Clone, Copy, Debug)]
pub struct Calls {
    /// The longest wait for one answer.
    pub deadline: Duration,
    /// How often a question is put at most.
    pub attempts: u32,
    /// The longest pause before the second attempt; doubled before each further
    /// one. The pause taken is a random part of it, so that callers who failed
    /// together do not come back together.
    pub pause: Duration,
}

impl Default for Calls {
    fn default() -> Self {
        Self { deadline: Duration::from_secs(12), attempts: 2, pause: Duration::from_millis(500) }
    }
}

/// An upstream as the engine treats it: its allowance, and how it has been.
pub(crate) struct Upstream {
    source: Source,
    allowance: Allowance,
    calls: Calls,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    store: Arc<dyn Store>,
    /// Which change of its state the store has.
    stored: tokio::sync::Mutex<u64>,
}

impl Upstream {
    /// With an allowance, and whether it is asked with a key.
    pub(crate) fn new(
        source: Source,
        (allowance, is_keyed): (Allowance, bool),
        calls: Calls,
        clock: Arc<dyn Clock>,
        store: Arc<dyn Store>,
    ) -> Self {
        let state = Mutex::new(State::new(&allowance, is_keyed, clock.moment()));
        let stored = tokio::sync::Mutex::new(0);
        Self { source, allowance, calls, clock, state, store, stored }
    }

    /// Puts a question about something, if the upstream may be asked now; once more after
    /// a failure that may pass soon.
    ///
    /// # Errors
    ///
    /// [`SourceError::NotAsked`] where it may not; else what the call returned.
    pub(crate) async fn ask<T, F>(
        &self,
        on_behalf: &OnBehalf,
        about: &About,
        call: impl Fn() -> F,
    ) -> Result<T, SourceError>
    where
        F: Future<Output = Result<T, SourceError>>,
    {
        let mut attempt = 1;
        loop {
            match self.ask_once(on_behalf, about, call()).await {
                Err(error) if attempt < self.calls.attempts && may_pass_soon(&error) => {
                    let longest = self.calls.pause * 2_u32.pow(attempt - 1);
                    tokio::time::sleep(longest.mul_f64(fastrand::f64())).await;
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    /// As [`Upstream::ask`], and never a second time.
    ///
    /// # Errors
    ///
    /// As for [`Upstream::ask`].
    pub(crate) async fn ask_once<T>(
        &self,
        on_behalf: &OnBehalf,
        about: &About,
        call: impl Future<Output = Result<T, SourceError>>,
    ) -> Result<T, SourceError> {
        self.state().admit((on_behalf, about), self.clock.moment())?;
        self.remember().await;
        let result = self.in_time(call).await;
        self.note(about, result.as_ref().err());
        // A pause that it asks for.
        self.remember().await;
        result
    }

    /// Counts what a call came to, and tells the log where that is news.
    fn note(&self, about: &About, error: Option<&SourceError>) {
        let news = self.state().note(about, error, Now::by(&*self.clock));
        let source = &self.source;
        match (news, error) {
            (Some(News::Trouble), Some(error)) => {
                warn!(%source, reason = error.reason(), "{source} {error}");
            }
            (Some(News::Over), _) => info!(%source, "{source} answers again"),
            _ => {}
        }
    }

    /// What a call brought, such as a stream, came to nothing soon after, or asks
    /// for a pause.
    pub(crate) fn broke_off(&self, error: &SourceError) {
        self.state().broke_off(error, Now::by(&*self.clock));
    }

    async fn in_time<T>(
        &self,
        call: impl Future<Output = Result<T, SourceError>>,
    ) -> Result<T, SourceError> {
        let deadline = self.calls.deadline;
        tokio::time::timeout(deadline, call).await.unwrap_or_else(|_| {
            let detail = format!("nothing within {} s", deadline.as_secs());
            Err(SourceError::Unreachable { why: Unreach::Timeout, detail })
        })
    }

    pub(crate) fn status(&self, now: Now) -> UpstreamStatus {
        self.state().status(&self.source, &self.allowance, now)
    }

    /// How much of the budget a client may have; `None` where it had nothing of late.
    pub(crate) fn allotment(&self, client: &Client, is_known: bool) -> Option<Allotment> {
        self.state().allotment(client, is_known, self.clock.moment())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether asking again within a second or two may help. One who asks for a
/// pause, refuses us or talks nonsense will do so again.
fn may_pass_soon(error: &SourceError) -> bool {
    match error {
        SourceError::Unreachable { why, .. } => {
            matches!(why, Unreach::BrokenOff | Unreach::Connect)
        }
        SourceError::Failing { status } => matches!(status, 500 | 502 | 503 | 504),
        _ => false,
    }
}

#[cfg(test)]
mod tests;

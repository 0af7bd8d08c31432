use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use market::{Allowance, NotAsked, Source, SourceError};

use super::OnBehalf;
use super::breaker::Breaker;
use super::budget::Budget;
use super::counts::Counts;

/// A pause where an upstream asks for one without saying how long. Shorter than
/// a refresh interval, so that it is over by the next.
const USUAL_PAUSE: Duration = Duration::from_secs(30);

/// One who asks for a pause and says that none is needed gets this one.
const SHORTEST_PAUSE: Duration = Duration::from_secs(10);

/// No pause is obeyed for longer before the upstream is asked again: a
/// mistaken header must not silence it for good.
const LONGEST_PAUSE: Duration = Duration::from_hours(24);

/// The part of a burst that a long watchlist leaves to readers' questions.
const FOR_READERS: f64 = 0.25;

/// How an upstream has been, and what it may still be asked.
pub(super) struct State {
    budget: Budget,
    breaker: Breaker,
    paused_until: Option<Timestamp>,
    counts: Counts,
    last_success: Option<Timestamp>,
    last_error: Option<(Timestamp, SourceError)>,
}

/// How an upstream is, for people and programs.
#[derive(Clone, Debug, PartialEq)]
pub struct UpstreamStatus {
    /// The upstream.
    pub source: Source,
    /// Whether it is being asked.
    pub state: UpstreamState,
    /// Requests allowed in an hour.
    pub per_hour: f64,
    /// Requests that may be made at once when none was made for a while.
    pub burst: f64,
    /// Requests that may be made right now.
    pub left: f64,
    /// Calls within the last hour.
    pub calls: u32,
    /// Of those, calls that came to nothing.
    pub errors: u32,
    /// Elements of its answers that cannot be and were set aside, since the start.
    pub set_aside: u64,
    /// When it last gave an answer.
    pub last_success: Option<Timestamp>,
    /// When it last failed, and how.
    pub last_error: Option<(Timestamp, SourceError)>,
    /// Its terms in our words.
    pub terms: &'static str,
    /// Where its terms are published.
    pub terms_url: &'static str,
}

/// Whether an upstream is being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamState {
    /// It is.
    Ok,
    /// Not until then, as it wishes.
    PausedUntil(Timestamp),
    /// Hardly, because it has been failing since then.
    FailingSince(Timestamp),
}

impl State {
    pub(super) fn new(allowance: &Allowance, now: Timestamp) -> Self {
        Self {
            budget: Budget::new(allowance.per_hour, allowance.burst, now),
            breaker: Breaker::default(),
            paused_until: None,
            counts: Counts::default(),
            last_success: None,
            last_error: None,
        }
    }

    /// Lets a call through and takes it from the budget.
    pub(super) fn admit(&mut self, on_behalf: OnBehalf, now: Timestamp) -> Result<(), SourceError> {
        let not_asked = |why| move |again_in| SourceError::NotAsked { why, again_in };
        // Taken on trial: what the pause or the breaker stops costs nothing.
        let mut budget = self.budget.clone();
        let leaving = if on_behalf == OnBehalf::Watch { budget.burst() * FOR_READERS } else { 0.0 };
        budget.take(leaving, now).map_err(not_asked(NotAsked::RateLimited))?;
        self.pause(now).map_err(not_asked(NotAsked::PauseRequested))?;
        self.breaker.admit(now).map_err(not_asked(NotAsked::CircuitOpen))?;
        self.budget = budget;
        Ok(())
    }

    /// Whether a pause that was asked for is over.
    fn pause(&self, now: Timestamp) -> Result<(), Duration> {
        let left = self.paused_until.map(|until| until.duration_since(now));
        left.filter(SignedDuration::is_positive).map_or(Ok(()), |left| Err(left.unsigned_abs()))
    }

    /// Counts what a call came to.
    pub(super) fn note(&mut self, error: Option<&SourceError>, now: Timestamp) {
        let trouble = error.filter(|error| is_trouble(error));
        self.counts.add(trouble.is_some(), now);
        if let Some(error) = trouble {
            self.blame(error, now);
        } else {
            self.breaker.succeeded();
            self.last_success = Some(now);
        }
    }

    /// A call that has been counted as a success turned out to be none.
    pub(super) fn broke_off(&mut self, error: &SourceError, now: Timestamp) {
        self.counts.fail(now);
        self.blame(error, now);
    }

    fn blame(&mut self, error: &SourceError, now: Timestamp) {
        if let SourceError::Throttled { retry_after } = error {
            let pause = retry_after.unwrap_or(USUAL_PAUSE);
            let pause = pause.clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
            let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
            self.paused_until = now.checked_add(pause).ok();
        } else {
            self.breaker.failed(now);
        }
        self.last_error = Some((now, error.clone()));
    }

    pub(super) fn status(
        &self,
        source: &Source,
        allowance: &Allowance,
        now: Timestamp,
    ) -> UpstreamStatus {
        let paused = self.paused_until.filter(|until| now < *until);
        let state = match (paused, self.breaker.open_since()) {
            (Some(until), _) => UpstreamState::PausedUntil(until),
            (None, Some(since)) => UpstreamState::FailingSince(since),
            (None, None) => UpstreamState::Ok,
        };
        let (calls, errors) = self.counts.last_hour(now);
        UpstreamStatus {
            source: source.clone(),
            state,
            per_hour: allowance.per_hour,
            burst: allowance.burst,
            left: self.budget.left_at(now),
            calls,
            errors,
            set_aside: 0,
            last_success: self.last_success,
            last_error: self.last_error.clone(),
            terms: allowance.terms,
            terms_url: allowance.terms_url,
        }
    }
}

/// Whether an upstream is to blame. One that gives bars of another length is well,
/// and so is one whose answer about an instrument is not believed.
fn is_trouble(error: &SourceError) -> bool {
    let is_well = matches!(error, SourceError::OtherInterval { .. } | SourceError::Suspect(_));
    error.is_passing() && !is_well
}

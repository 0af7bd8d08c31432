use std::time::Duration;

use jiff::Timestamp;
use market::{Allowance, Moment, NotAsked, Redistribution, Source, SourceError, Spending};

use super::about::About;
use super::breaker::Breaker;
use super::budget::{Allotment, Budget};
use super::counts::Counts;
use super::on_behalf::OnBehalf;
use super::pause::Pause;
use super::troubles::Troubles;
use crate::client::Client;
use crate::now::Now;

/// A pause where an upstream asks for one without saying how long. Shorter than
/// a refresh interval, so that it is over by the next.
const USUAL_PAUSE: Duration = Duration::from_secs(30);

/// One who asks for a pause and says that none is needed gets this one.
const SHORTEST_PAUSE: Duration = Duration::from_secs(10);

/// No pause is obeyed for longer before the upstream is asked again: a
/// mistaken header must not silence it for good.
const LONGEST_PAUSE: Duration = Duration::from_hours(24);

/// One that refuses the key is left alone for so long: a key does not become another while
/// the service runs, and who goes on asking with a wrong one is shut out.
const REFUSED_FOR: Duration = Duration::from_mins(10);

/// How an upstream has been, and what it may still be asked.
pub(super) struct State {
    /// Whether it is asked with a key.
    is_keyed: bool,
    budget: Budget,
    breaker: Breaker,
    pause: Option<Pause>,
    /// Since when it refuses the key, and for how long it is left alone for that.
    refused: Option<(Timestamp, Pause)>,
    counts: Counts,
    last_success: Option<Timestamp>,
    last_error: Option<(Timestamp, SourceError)>,
    troubles: Troubles,
    /// How often what is to be remembered has become another.
    changes: u64,
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
    /// Calls since the start, and of those the ones that came to nothing.
    pub in_all: (u64, u64),
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
    /// To whom it may be shown what it tells.
    pub redistribution: Redistribution,
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
    /// Hardly, because it has refused the key since then.
    RefusedSince(Timestamp),
}

impl UpstreamState {
    /// The names of all states, as [`UpstreamState::name`] has them.
    pub const NAMES: [&str; 4] = ["ok", "paused", "failing", "refused"];

    /// The name used in JSON and figures.
    pub const fn name(self) -> &'static str {
        let [ok, paused, failing, refused] = Self::NAMES;
        match self {
            Self::Ok => ok,
            Self::PausedUntil(_) => paused,
            Self::FailingSince(_) => failing,
            Self::RefusedSince(_) => refused,
        }
    }
}

/// What the log says of an upstream.
pub(super) enum News {
    /// Something is wrong that was not before.
    Trouble,
    /// All is well again.
    Over,
}

impl State {
    pub(super) fn new(allowance: &Allowance, is_keyed: bool, now: Moment) -> Self {
        Self {
            is_keyed,
            budget: Budget::new(allowance.per_hour, allowance.burst, now),
            breaker: Breaker::default(),
            pause: None,
            refused: None,
            counts: Counts::default(),
            last_success: None,
            last_error: None,
            troubles: Troubles::default(),
            changes: 1,
        }
    }

    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// What is to be remembered.
    pub(super) fn spending(&self, upstream: &Source, now: Now) -> Spending {
        let pause = self.pause.map_or(Duration::ZERO, |pause| pause.left(now.moment));
        let left = self.budget.left_at(now.moment);
        Spending { upstream: upstream.clone(), left, pause, at: now.wall }
    }

    /// Goes on from what was remembered.
    pub(super) fn resume(&mut self, spending: &Spending, now: Now) {
        self.budget.resume(spending.left, spending.passed(now.wall), now.moment);
        let pause = spending.pause_left(now.wall).min(LONGEST_PAUSE);
        self.pause = Some(Pause::of(pause, now));
    }

    pub(super) fn begin_empty(&mut self, now: Moment) {
        self.budget.resume(0.0, Duration::ZERO, now);
    }

    /// Lets a call through and takes it from the budget. What the pause or the
    /// breaker stops costs nothing.
    pub(super) fn admit(
        &mut self,
        (on_behalf, about): (&OnBehalf, &About),
        now: Moment,
    ) -> Result<(), SourceError> {
        let not_asked = |why| move |again_in| SourceError::NotAsked { why, again_in };
        self.budget.may_take(on_behalf, now)?;
        left(self.pause.as_ref(), now).map_err(not_asked(NotAsked::PauseRequested))?;
        let refused = self.refused.as_ref().map(|(_, pause)| pause);
        left(refused, now).map_err(not_asked(NotAsked::KeyRefused))?;
        self.breaker.admit(about, now).map_err(not_asked(NotAsked::CircuitOpen))?;
        self.budget.take(on_behalf);
        self.changes += 1;
        Ok(())
    }

    pub(super) fn allotment(
        &self,
        client: &Client,
        is_known: bool,
        now: Moment,
    ) -> Option<Allotment> {
        self.budget.allotment(client, is_known, now)
    }

    /// Counts what a call about something came to. Says what of it is news for the log.
    pub(super) fn note(
        &mut self,
        about: &About,
        error: Option<&SourceError>,
        now: Now,
    ) -> Option<News> {
        let trouble = error.filter(|error| is_trouble(error));
        self.counts.add(trouble.is_some(), now.moment);
        if let Some(error) = trouble {
            self.blame(about.clone(), error, now);
            return self.troubles.begins(error, now.moment).then_some(News::Trouble);
        }
        self.breaker.succeeded(about);
        self.refused = None;
        self.last_success = Some(now.wall);
        self.troubles.are_over().then_some(News::Over)
    }

    /// A call that has been counted as a success turned out to be none.
    pub(super) fn broke_off(&mut self, error: &SourceError, now: Now) {
        self.counts.fail(now.moment);
        self.blame(About::nothing(), error, now);
    }

    fn blame(&mut self, about: About, error: &SourceError, now: Now) {
        if let SourceError::Throttled { retry_after } = error {
            let pause = retry_after.unwrap_or(USUAL_PAUSE);
            self.pause = Some(Pause::of(pause.clamp(SHORTEST_PAUSE, LONGEST_PAUSE), now));
            self.changes += 1;
        } else {
            self.breaker.failed(about.blamed(error), now);
        }
        if self.is_keyed && matches!(error, SourceError::Unauthorised { status: 401 | 403 }) {
            let since = self.refused.map_or(now.wall, |(since, _)| since);
            self.refused = Some((since, Pause::of(REFUSED_FOR, now)));
        }
        self.last_error = Some((now.wall, error.clone()));
    }

    pub(super) fn status(
        &self,
        source: &Source,
        allowance: &Allowance,
        now: Now,
    ) -> UpstreamStatus {
        let paused = self.pause.and_then(|pause| pause.ends_at(now));
        let state = match (paused, self.refused, self.breaker.open_since()) {
            (Some(until), _, _) => UpstreamState::PausedUntil(until),
            (None, Some((since, _)), _) => UpstreamState::RefusedSince(since),
            (None, None, Some(since)) => UpstreamState::FailingSince(since),
            (None, None, None) => UpstreamState::Ok,
        };
        let (calls, errors) = self.counts.last_hour(now.moment);
        UpstreamStatus {
            source: source.clone(),
            state,
            per_hour: allowance.per_hour,
            burst: allowance.burst,
            left: self.budget.left_at(now.moment),
            calls,
            errors,
            in_all: self.counts.in_all(),
            set_aside: 0,
            last_success: self.last_success,
            last_error: self.last_error.clone(),
            terms: allowance.terms,
            terms_url: allowance.terms_url,
            redistribution: allowance.redistribution,
        }
    }
}

/// Whether a pause is over.
fn left(pause: Option<&Pause>, now: Moment) -> Result<(), Duration> {
    let left = pause.map(|pause| pause.left(now));
    left.filter(|left| !left.is_zero()).map_or(Ok(()), Err)
}

/// Whether an upstream is to blame. One that gives bars of another length is well,
/// and so is one whose answer about an instrument is not believed.
fn is_trouble(error: &SourceError) -> bool {
    let is_well = matches!(
        error,
        SourceError::OtherInterval { .. } | SourceError::Suspect(_) | SourceError::NoRoom
    );
    error.is_passing() && !is_well
}

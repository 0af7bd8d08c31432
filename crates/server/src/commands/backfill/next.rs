use std::sync::Arc;
use std::time::Duration;

use engine::{Misses, UpstreamState, UpstreamStatus};
use jiff::{SignedDuration, Timestamp};
use market::{Answer, SourceError, Symbol};

use super::fill::{Desk, Wanted};
use crate::error::ApiError;
use crate::json::{cause, told};

/// A pause for who asks for one without saying how long, or keeps failing.
const USUAL_PAUSE: Duration = Duration::from_secs(30);

/// How often an answer under way is looked for: longer than a call may take.
const MOST_LOOKS: u32 = 80;

/// The same once an upstream has failed: another may still answer.
const LAST_LOOKS: u32 = 8;

/// What to do where the store does not have the answer yet.
pub(super) enum Next {
    /// It is under way: look again, so often at most.
    Look {
        /// How often since the beginning.
        most: u32,
    },
    /// Nobody may be asked for so long, for this reason.
    Pause(Duration, String),
    /// It cannot be had, for this reason.
    GiveUp(String),
}

impl<P> Desk<'_, P> {
    /// What to do after the engine gave this and the store has no newer answer.
    pub(super) fn next(&self, wanted: &Wanted<'_>, given: Result<Arc<Answer>, Misses>) -> Next {
        match given {
            Err(misses) => self.after_misses(wanted, misses),
            Ok(answer) if answer.received_at >= wanted.since => {
                Next::GiveUp("an answer came, but the store has not kept it".to_owned())
            }
            Ok(_) => self.after_older(wanted),
        }
    }

    /// Nobody answered, and nothing stands in.
    fn after_misses(&self, wanted: &Wanted<'_>, misses: Misses) -> Next {
        if misses.iter().next().is_none() {
            return Next::Look { most: MOST_LOOKS };
        }
        let wants_pause = |error: &SourceError| matches!(error, SourceError::Throttled { .. });
        let usual = misses.iter().any(|miss| wants_pause(&miss.error)).then_some(USUAL_PAUSE);
        if let Some(length) = misses.again_in().or(usual) {
            return Next::Pause(length, told(&misses));
        }
        let symbol = wanted.question.symbol.clone();
        let near = self.engine.near(&symbol);
        Next::GiveUp(ApiError::no_history(symbol, misses, near).to_string())
    }

    /// The engine gave what it had: the last answer while it asks anew behind
    /// it, or bars of other questions. Only its upstreams tell how that goes.
    fn after_older(&self, wanted: &Wanted<'_>) -> Next {
        if let Some((length, why)) = self.spared(&wanted.question.symbol) {
            return Next::Pause(length, why);
        }
        match (self.troubles(wanted).is_empty(), wanted.before) {
            (true, _) => Next::Look { most: MOST_LOOKS },
            (false, Some(_)) => Next::Look { most: LAST_LOOKS },
            // Where no answer is held, each look would ask again.
            (false, None) => Next::GiveUp(self.in_vain(wanted)),
        }
    }

    /// How soon one of the instrument's upstreams may be asked, where all are
    /// being spared.
    fn spared(&self, symbol: &Symbol) -> Option<(Duration, String)> {
        let now = self.engine.now();
        let all: Option<Vec<_>> =
            self.upstreams_of(symbol).map(|status| spared_for(&status, now)).collect();
        all?.into_iter().min()
    }

    /// Why nothing came.
    pub(super) fn in_vain(&self, wanted: &Wanted<'_>) -> String {
        let troubles = self.troubles(wanted);
        let troubles = if troubles.is_empty() { String::new() } else { format!(": {troubles}") };
        match wanted.before {
            Some(before) => format!("nobody gave anything newer than on {before}{troubles}"),
            None => format!("nobody gave an answer{troubles}"),
        }
    }

    /// How its upstreams failed since this began; empty where none did.
    fn troubles(&self, wanted: &Wanted<'_>) -> String {
        let recent = |status: UpstreamStatus| {
            let (at, error) = status.last_error?;
            (at >= wanted.since).then(|| format!("{} {}", status.source, cause(&error)))
        };
        let all: Vec<_> = self.upstreams_of(&wanted.question.symbol).filter_map(recent).collect();
        all.join("; ")
    }

    fn upstreams_of(&self, symbol: &Symbol) -> impl Iterator<Item = UpstreamStatus> {
        let sources = self.engine.sources_of(symbol);
        self.engine.upstreams().into_iter().filter(move |it| sources.contains(&it.source))
    }
}

/// For how long an upstream is being spared, and why.
fn spared_for(status: &UpstreamStatus, now: Timestamp) -> Option<(Duration, String)> {
    let source = &status.source;
    match status.state {
        UpstreamState::PausedUntil(until) => {
            let length = until.duration_since(now).max(SignedDuration::ZERO).unsigned_abs();
            Some((length, format!("{source} asked for a pause")))
        }
        UpstreamState::FailingSince(_) => {
            Some((USUAL_PAUSE, format!("{source} has failed too often of late")))
        }
        UpstreamState::Ok if status.left < 1.0 => {
            let seconds = (1.0 - status.left) * 3600.0 / status.per_hour;
            let length = Duration::try_from_secs_f64(seconds).unwrap_or(USUAL_PAUSE);
            Some((length, format!("the requests allowed of {source} for now are used up")))
        }
        UpstreamState::Ok => None,
    }
}

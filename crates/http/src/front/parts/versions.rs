use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::header::{IF_MATCH, IF_RANGE};
use tokio::time::Instant;

use super::Requested;
use super::answer::Answer;

/// For so long after a reader got a version, it can read it.
const READABLE: Duration = Duration::from_secs(10);

/// For so long readers who begin get the same version as those before them,
/// who may still be reading. After it they get the newest: readers who come
/// all the time must not keep it from each other for ever.
const SHARED: Duration = Duration::from_secs(20);

/// Memory for versions that can be read, in bytes. Where there is no more of it,
/// no parts are promised.
const ROOM: usize = 32 << 20;

/// How often what nobody may read any more is looked for.
const SWEEP: Duration = Duration::from_secs(1);

/// The versions that readers got, and may go on reading.
#[derive(Default)]
pub(in crate::front) struct Versions {
    served: Mutex<Served>,
}

#[derive(Default)]
struct Served {
    /// Of each address, the newest last.
    by_address: HashMap<String, Vec<Version>>,
    weight: usize,
    swept: Option<Instant>,
}

struct Version {
    answer: Arc<Answer>,
    first_served: Instant,
    readable_until: Instant,
}

/// A version, and for how long it has been served.
type Found = (Arc<Answer>, Duration);

impl Versions {
    /// The version that this reader is to be given: the one that it names, else the
    /// one that was served last. `None` where it is to be given the newest there is.
    pub(super) fn served(&self, requested: &Requested, now: Instant) -> Option<Found> {
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        served.find(requested, now)
    }

    /// Holds a version for those who got it. If one has come before it
    /// meanwhile, that is the one to give. Gives it back where there is no room.
    pub(super) fn hold(
        &self,
        requested: &Requested,
        answer: Answer,
        now: Instant,
    ) -> Result<Found, Box<Answer>> {
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = served.find(requested, now) {
            return Ok(found);
        }
        served.sweep(now);
        let weight = requested.of.len() + answer.weight();
        if served.weight + weight > ROOM {
            return Err(Box::new(answer));
        }
        served.weight += weight;
        let version =
            Version { answer: Arc::new(answer), first_served: now, readable_until: now + READABLE };
        let found = version.found(now);
        served.by_address.entry(requested.of.clone()).or_default().push(version);
        Ok(found)
    }
}

impl Served {
    fn find(&mut self, requested: &Requested, now: Instant) -> Option<Found> {
        let versions = self.by_address.get_mut(&requested.of)?;
        let readable = || versions.iter().rposition(|it| now < it.readable_until);
        let is_named = |it: &Version| {
            let named = |header| it.answer.is_named(requested, header);
            now < it.readable_until && (named(IF_MATCH) || named(IF_RANGE))
        };
        let at = versions.iter().rposition(is_named).or_else(readable)?;
        let version = &mut versions[at];
        let is_shared = now < version.first_served + SHARED;
        if !is_shared && requested.is_opening() && !is_named(version) {
            return None;
        }
        if is_shared {
            version.readable_until = now + READABLE;
        }
        Some(version.found(now))
    }

    fn sweep(&mut self, now: Instant) {
        if self.swept.is_some_and(|swept| now < swept + SWEEP) {
            return;
        }
        self.swept = Some(now);
        self.weight = 0;
        self.by_address.retain(|address, versions| {
            versions.retain(|it| now < it.readable_until);
            let weights = versions.iter().map(|it| address.len() + it.answer.weight());
            self.weight += weights.sum::<usize>();
            !versions.is_empty()
        });
    }
}

impl Version {
    fn found(&self, now: Instant) -> Found {
        (Arc::clone(&self.answer), now.duration_since(self.first_served))
    }
}

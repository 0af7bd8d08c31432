use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use jiff::Timestamp;
use ring::hmac::{self, HMAC_SHA256};
use ring::rand::SecureRandom;

use crate::audience::Audience;
use crate::file::{KeyFile, KeyFileError, Stamp};
use crate::key::Key;
use crate::name::Name;
use crate::rate::{Bucket, Left, Rate, Share};
use crate::scope::Scope;
use crate::secret::Secret;

/// How often a secret of one key that turns out to be wrong is looked at: each look takes
/// as long as a hundred thousand answers.
const LOOKS: Rate = Rate { times: 5, window: Duration::from_mins(1) };

/// Whether a key is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Closed {
    /// From the first key on that there is, and then for as long as the service runs.
    #[default]
    WithTheFirstKey,
    /// Always.
    Always,
    /// Never, whatever keys there are.
    Never,
}

/// What time it is, by two clocks: keys expire by the one that people see, and rates go
/// by one that nobody can set.
#[derive(Clone, Copy, Debug)]
pub struct Instant {
    /// The time of day.
    pub wall: Timestamp,
    /// How long the other clock has run.
    pub steady: Duration,
}

/// The keys that are in force.
///
/// To know a secret by what is kept of it takes a quarter of a second, by intent. Once it
/// is known, a keyed hash in memory does, at the price of a microsecond.
pub struct Keyring {
    closed: Closed,
    file: KeyFile,
    /// Of this process alone.
    remembering: hmac::Key,
    held: RwLock<Held>,
}

#[derive(Default)]
struct Held {
    /// When the file was read, which it was.
    stamp: Option<Stamp>,
    /// Whether there ever was a key.
    had_one: bool,
    keys: HashMap<String, Arc<Entry>>,
}

/// A key and what is remembered of it.
struct Entry {
    key: Key,
    /// Of each of its secrets, as soon as somebody has shown it.
    known: Vec<OnceLock<hmac::Tag>>,
    used: Option<Mutex<Bucket>>,
    looks: Mutex<Bucket>,
}

impl Entry {
    fn new(key: Key, now: Duration) -> Self {
        Self {
            known: key.secrets.iter().map(|_| OnceLock::new()).collect(),
            used: key.rate.map(|rate| Mutex::new(Bucket::full(rate, now))),
            looks: Mutex::new(Bucket::full(LOOKS, now)),
            key,
        }
    }

    /// The same with another key, whose secrets are remembered where they are the same.
    fn with(&self, key: Key, now: Duration) -> Self {
        let new = Self::new(key, now);
        for (kept, known) in new.key.secrets.iter().zip(&new.known) {
            let before = self.key.secrets.iter().position(|it| it.hash == kept.hash);
            if let Some(tag) = before.and_then(|at| self.known[at].get()) {
                let _ = known.set(*tag);
            }
        }
        new
    }
}

/// What becomes of a secret that is shown.
pub enum Looked {
    /// Its holder may come in.
    Admitted(Pass),
    /// Its holder may not.
    Refused(Refusal),
    /// That takes a look which is not for the thread that answers requests.
    Unproven(Proof),
}

/// A key that was shown, and is good.
#[derive(Clone)]
pub struct Pass {
    entry: Arc<Entry>,
    /// Which of its secrets was shown.
    secret: usize,
    left: Option<Left>,
}

/// A look that is to be taken.
pub struct Proof {
    entry: Arc<Entry>,
    secret: Secret,
    remembering: hmac::Key,
    at: Duration,
}

/// Why somebody who shows a key is not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such key, or its secret is another.
    #[error("this key is not known here; marketpulse keys create makes one")]
    Unknown,
    /// It was good.
    #[error("the key of {0} expired at {1}; marketpulse keys create makes another")]
    Expired(Name, Timestamp),
    /// It was taken back.
    #[error("the key of {0} was revoked at {1}; marketpulse keys create makes another")]
    Revoked(Name, Timestamp),
    /// It is used more often than it may be.
    #[error("the key of {name} may be used {rate}; try again later")]
    TooOften {
        /// Whose it is.
        name: Name,
        /// How often it may be.
        rate: Rate,
        /// When it may be used again.
        again_in: Duration,
    },
    /// Too many wrong secrets were shown with its id.
    #[error("too many wrong secrets were shown for this key; try again later")]
    TooManyLooks {
        /// When another may be shown.
        again_in: Duration,
    },
}

impl Refusal {
    /// The same in a word, for programs.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown_key",
            Self::Expired(..) => "expired",
            Self::Revoked(..) => "revoked",
            Self::TooOften { .. } => "rate",
            Self::TooManyLooks { .. } => "guesses",
        }
    }

    /// Whose key was shown, where it is one of this service.
    pub fn name(&self) -> Option<&Name> {
        match self {
            Self::Expired(name, _) | Self::Revoked(name, _) | Self::TooOften { name, .. } => {
                Some(name)
            }
            Self::Unknown | Self::TooManyLooks { .. } => None,
        }
    }

    /// When to try again, where that would help.
    pub fn again_in(&self) -> Option<Duration> {
        match self {
            Self::TooOften { again_in, .. } | Self::TooManyLooks { again_in } => Some(*again_in),
            Self::Unknown | Self::Expired(..) | Self::Revoked(..) => None,
        }
    }
}

impl Keyring {
    /// The keys of a file.
    ///
    /// # Errors
    ///
    /// Where it cannot be read: to let everybody in, or nobody, would be a guess.
    pub fn open(
        closed: Closed,
        file: KeyFile,
        steady: Duration,
        random: &dyn SecureRandom,
    ) -> Result<Self, KeyFileError> {
        let remembering = hmac::Key::generate(HMAC_SHA256, random);
        let remembering = remembering.expect("the system has randomness");
        let ring = Self { closed, file, remembering, held: RwLock::default() };
        ring.look(steady)?;
        Ok(ring)
    }

    /// The file.
    pub fn file(&self) -> &KeyFile {
        &self.file
    }

    /// Whether a key is wanted.
    pub fn is_closed(&self) -> bool {
        match self.closed {
            Closed::WithTheFirstKey => self.held().had_one,
            Closed::Always => true,
            Closed::Never => false,
        }
    }

    /// Reads the file anew, where it is another; whether it is.
    ///
    /// # Errors
    ///
    /// Where it cannot be read. The keys before stay in force.
    pub fn look(&self, steady: Duration) -> Result<bool, KeyFileError> {
        if self.file.stamp()? == self.held().stamp {
            return Ok(false);
        }
        let (keys, stamp) = self.file.read_stamped()?.unzip();
        let keys = keys.unwrap_or_default();
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        let entry = |key: Key| match held.keys.get(&key.id) {
            Some(before) if before.key == key => (key.id, Arc::clone(before)),
            Some(before) => (key.id.clone(), Arc::new(before.with(key, steady))),
            None => (key.id.clone(), Arc::new(Entry::new(key, steady))),
        };
        let keys: HashMap<_, _> = keys.into_iter().map(entry).collect();
        *held = Held { stamp, had_one: held.had_one || !keys.is_empty(), keys };
        Ok(true)
    }

    /// Looks at a secret that somebody shows, and counts its use.
    pub fn admit(&self, secret: &Secret, now: Instant) -> Looked {
        let entry = self.held().keys.get(secret.id()).cloned();
        let Some(entry) = entry else { return Looked::Refused(Refusal::Unknown) };
        let good = entry.key.secrets.iter().enumerate().filter(|(_, it)| it.is_good(now.wall));
        let mut is_open = false;
        for (at, _) in good {
            match entry.known[at].get() {
                Some(tag) if self.remembers(secret, tag) => return entry.pass(at, now),
                Some(_) => {}
                None => is_open = true,
            }
        }
        if is_open { self.unproven(entry, secret, now) } else { Looked::Refused(Refusal::Unknown) }
    }

    fn remembers(&self, secret: &Secret, tag: &hmac::Tag) -> bool {
        hmac::verify(&self.remembering, secret.reveal().as_bytes(), tag.as_ref()).is_ok()
    }

    fn unproven(&self, entry: Arc<Entry>, secret: &Secret, now: Instant) -> Looked {
        let mut looks = entry.looks.lock().unwrap_or_else(PoisonError::into_inner);
        if !looks.has_one(now.steady) {
            let again_in = looks.left().next_in;
            return Looked::Refused(Refusal::TooManyLooks { again_in });
        }
        drop(looks);
        let (secret, remembering) = (secret.clone(), self.remembering.clone());
        Looked::Unproven(Proof { entry, secret, remembering, at: now.steady })
    }

    /// Whether somebody who was let in would be now, too.
    pub fn still_admits(&self, pass: &Pass, now: Timestamp) -> bool {
        let before = &pass.entry.key;
        let entry = self.held().keys.get(&before.id).cloned();
        let Some(Entry { key, .. }) = entry.as_deref() else { return false };
        let shown = &before.secrets[pass.secret].hash;
        key.is_good(now) && key.secrets.iter().any(|it| it.hash == *shown && it.is_good(now))
    }

    fn held(&self) -> RwLockReadGuard<'_, Held> {
        // Keys are as good after a panic as before.
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// Lets its holder in, who has shown a secret, where it is good for anything now.
    fn pass(self: Arc<Self>, secret: usize, now: Instant) -> Looked {
        let key = &self.key;
        let refusal = match (key.revoked, key.expires) {
            (Some(at), _) => Some(Refusal::Revoked(key.name.clone(), at)),
            (None, Some(at)) if at <= now.wall => Some(Refusal::Expired(key.name.clone(), at)),
            _ => None,
        };
        match refusal.map_or_else(|| self.use_once(now.steady), Err) {
            Ok(left) => Looked::Admitted(Pass { entry: self, secret, left }),
            Err(refusal) => Looked::Refused(refusal),
        }
    }

    fn use_once(&self, now: Duration) -> Result<Option<Left>, Refusal> {
        let Some(used) = &self.used else { return Ok(None) };
        let mut used = used.lock().unwrap_or_else(PoisonError::into_inner);
        let is_taken = used.take(now).is_some();
        let left = used.left();
        if is_taken {
            return Ok(Some(left));
        }
        let name = self.key.name.clone();
        Err(Refusal::TooOften { name, rate: left.rate, again_in: left.next_in })
    }
}

impl Proof {
    /// Takes the look: whether the secret is one of the key's. From then on it is known.
    pub fn is_given(self) -> bool {
        let Self { entry, secret, remembering, at } = self;
        let unknown = entry.key.secrets.iter().zip(&entry.known);
        let mut unknown = unknown.filter(|(_, known)| known.get().is_none());
        if let Some((_, known)) = unknown.find(|(kept, _)| kept.hash.is_of(&secret)) {
            // Another may have proved it meanwhile, which is the same.
            let _ = known.set(hmac::sign(&remembering, secret.reveal().as_bytes()));
            return true;
        }
        entry.looks.lock().unwrap_or_else(PoisonError::into_inner).take(at);
        false
    }
}

impl Pass {
    /// The id of the key.
    pub fn id(&self) -> &str {
        &self.entry.key.id
    }

    /// Whose it is, or what for.
    pub fn name(&self) -> &Name {
        &self.entry.key.name
    }

    /// Whether it is good for this.
    pub fn allows(&self, scope: Scope) -> bool {
        self.entry.key.scopes.allow(scope)
    }

    /// How much of the upstreams' budgets its holder may have.
    pub fn share(&self) -> Share {
        self.entry.key.share
    }

    /// Whom its holder shows what it is answered.
    pub fn audience(&self) -> Audience {
        self.entry.key.audience
    }

    /// What is left of how often it may be used, where that is limited.
    pub fn left(&self) -> Option<Left> {
        self.left
    }

    /// Until when it is good.
    pub fn expires(&self) -> Option<Timestamp> {
        self.entry.key.expires
    }
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pass").field("id", &self.id()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Keyring");
        shown.field("closed", &self.closed).field("file", &self.file).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use market::Clock;

/// A clock that stands still until a test sets it.
#[derive(Debug)]
pub struct SettableClock(Mutex<Timestamp>);

impl SettableClock {
    /// A clock that stands at an instant, written as `2025-10-29T12:00:00Z`.
    pub fn at(instant: &str) -> Arc<Self> {
        Self::new(instant.parse().unwrap())
    }

    /// A clock that stands at an instant.
    pub fn new(instant: Timestamp) -> Arc<Self> {
        Arc::new(Self(Mutex::new(instant)))
    }

    /// Sets it to an instant, which may be earlier.
    pub fn set(&self, instant: Timestamp) {
        *self.0.lock().unwrap() = instant;
    }

    /// Moves it, and returns where it stands then.
    pub fn advance(&self, by: SignedDuration) -> Timestamp {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
        *now
    }
}

impl Clock for SettableClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

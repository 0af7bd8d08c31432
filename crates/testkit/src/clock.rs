use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use market::{Clock, Moment};

/// Clocks that stand still until a test moves or sets them.
#[derive(Debug)]
pub struct SettableClock(Mutex<Hands>);

#[derive(Clone, Copy, Debug)]
struct Hands {
    wall: Timestamp,
    moment: Moment,
}

impl SettableClock {
    /// A clock that stands at an instant, written as `2025-10-29T12:00:00Z`.
    pub fn at(instant: &str) -> Arc<Self> {
        Self::new(instant.parse().unwrap())
    }

    /// A clock that stands at an instant. The machine has run for a day by then.
    pub fn new(instant: Timestamp) -> Arc<Self> {
        let moment = Moment::after_beginning(Duration::from_hours(24));
        Arc::new(Self(Mutex::new(Hands { wall: instant, moment })))
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap()
    }

    /// Somebody sets the wall clock, forward or back. No time passes.
    pub fn step(&self, by: SignedDuration) -> Timestamp {
        let mut hands = self.hands();
        hands.wall = hands.wall.checked_add(by).unwrap();
        hands.wall
    }

    /// Time passes. Returns what the wall clock shows then.
    ///
    /// # Panics
    ///
    /// Where it would pass backwards.
    pub fn advance(&self, by: SignedDuration) -> Timestamp {
        let passed = Duration::try_from(by).expect("time does not pass backwards");
        let mut hands = self.hands();
        hands.moment = hands.moment + passed;
        hands.wall = hands.wall.checked_add(by).unwrap();
        hands.wall
    }

    /// Time passes until an instant, by the wall clock.
    ///
    /// # Panics
    ///
    /// Where that lies in the past.
    pub fn set(&self, instant: Timestamp) {
        let until = instant.duration_since(self.now());
        self.advance(until);
    }
}

impl Clock for SettableClock {
    fn now(&self) -> Timestamp {
        self.hands().wall
    }

    fn moment(&self) -> Moment {
        self.hands().moment
    }
}

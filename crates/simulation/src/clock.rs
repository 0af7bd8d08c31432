use std::sync::Mutex;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use market::{Clock, Moment};
use tokio::time::Instant;

/// What time it is: really, and by the machine's clock, which may be wrong.
///
/// Time passes with that of the runtime, which is paused: it moves when all wait. To
/// be used inside a runtime alone.
pub(crate) struct VirtualClock(Mutex<State>);

struct State {
    /// The true time when the present runtime began.
    base: Timestamp,
    began: Option<Instant>,
    /// By how much the machine's clock is ahead.
    offset: SignedDuration,
}

impl VirtualClock {
    pub(crate) fn new(base: Timestamp) -> Self {
        Self(Mutex::new(State { base, began: None, offset: SignedDuration::ZERO }))
    }

    /// Goes on in a new runtime where the last one stopped.
    #[expect(clippy::disallowed_methods, reason = "this clock is the runtime's")]
    pub(crate) fn resume(&self) {
        self.0.lock().unwrap().began = Some(Instant::now());
    }

    /// Stands still until it is resumed.
    pub(crate) fn halt(&self) {
        let now = self.truly();
        let mut state = self.0.lock().unwrap();
        (state.base, state.began) = (now, None);
    }

    /// The true time.
    pub(crate) fn truly(&self) -> Timestamp {
        let state = self.0.lock().unwrap();
        let passed = state.began.map_or(0, |began| began.elapsed().as_millis() as i64);
        state.base + SignedDuration::from_millis(passed)
    }

    /// Sets the machine's clock so far ahead of the truth.
    pub(crate) fn set_ahead(&self, offset: SignedDuration) {
        self.0.lock().unwrap().offset = offset;
    }

    /// Whether the machine's clock is right.
    pub(crate) fn is_right(&self) -> bool {
        self.0.lock().unwrap().offset.is_zero()
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let truly = self.truly();
        truly + self.0.lock().unwrap().offset
    }

    fn moment(&self) -> Moment {
        let passed = Duration::try_from(self.truly().duration_since(Timestamp::UNIX_EPOCH));
        Moment::after_beginning(passed.unwrap_or_default())
    }
}

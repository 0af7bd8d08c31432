use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use market::Moment;

use crate::now::Now;

/// Two looks at the clocks never differ by so much, unless somebody set one.
const SAME: SignedDuration = SignedDuration::from_secs(2);

/// For how long an upstream is left alone, as it asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pause {
    until: Moment,
    /// The same by the wall clock, as it was when the pause began.
    stated: Timestamp,
}

impl Pause {
    pub(super) fn of(length: Duration, now: Now) -> Self {
        let until = now.moment + length;
        Self { until, stated: now.at(until) }
    }

    /// How much of it is left; nothing, once it is over.
    pub(super) fn left(&self, now: Moment) -> Duration {
        self.until.since(now)
    }

    /// When it ends by the wall clock as it is; `None` once it is over. The same at each
    /// look, unless somebody set the clock.
    pub(super) fn ends_at(&self, now: Now) -> Option<Timestamp> {
        let at = now.at(self.until);
        let is_as_stated = at.duration_since(self.stated).abs() <= SAME;
        (now.moment < self.until).then_some(if is_as_stated { self.stated } else { at })
    }
}

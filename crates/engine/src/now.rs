use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use market::{Clock, Moment};

/// One look at both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Now {
    /// What is stamped with.
    pub(crate) wall: Timestamp,
    /// What waiting goes by.
    pub(crate) moment: Moment,
    /// The latest that it may be in truth: later than the wall clock shows where that
    /// was set back and prices from before say otherwise.
    pub(crate) latest: Timestamp,
}

impl Now {
    pub(crate) fn by(clock: &dyn Clock) -> Self {
        let wall = clock.now();
        Self { wall, moment: clock.moment(), latest: wall }
    }

    /// What the wall clock will show at a later moment, to be told: to the second after
    /// it, so that it stays the same from one look to the next.
    pub(crate) fn at(self, later: Moment) -> Timestamp {
        let at = saturating(self.wall, later.since(self.moment));
        Timestamp::from_second(at.as_second() + i64::from(at.subsec_nanosecond() > 0))
            .unwrap_or(Timestamp::MAX)
    }
}

fn saturating(at: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    at.checked_add(wait).unwrap_or(Timestamp::MAX)
}

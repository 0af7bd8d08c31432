use std::ops::Add;
use std::time::Duration;

use jiff::SignedDuration;

/// Upstreams' clocks and ours may differ by this much.
pub const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);

/// How far time has come, by a clock that nobody can set.
///
/// All waiting goes by it: what is due, how long a pause lasts, how old an answer is.
/// It says nothing of the time of day, and nothing to another run of the machine, so it
/// is neither shown nor stored. The time that the machine is suspended for counts: for
/// upstreams it has passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(Duration);

impl Moment {
    /// The moment so long after the clock's beginning, whenever that was.
    pub const fn after_beginning(passed: Duration) -> Self {
        Self(passed)
    }

    /// How long after an earlier moment this one is; nothing where it is not later.
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// The moment so long before this one; the clock's beginning, where it is not as
    /// long ago.
    #[must_use]
    pub const fn before(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(by))
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, by: Duration) -> Self {
        Self(self.0.saturating_add(by))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_negative_and_none_is_too_long() {
        let [early, late] = [10, 25].map(|s| Moment::after_beginning(Duration::from_secs(s)));
        assert_eq!(late.since(early), Duration::from_secs(15));
        assert_eq!(early.since(late), Duration::ZERO);
        assert_eq!(early.before(Duration::from_mins(1)), Moment::default());
        assert!(late < early + Duration::MAX);
    }
}

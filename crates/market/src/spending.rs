use std::time::Duration;

use jiff::Timestamp;

use crate::Source;

/// What is to be remembered of an upstream while the service does not run: however
/// often it is started, it asks no more than its budget allows.
#[derive(Clone, Debug, PartialEq)]
pub struct Spending {
    /// Whose budget it is.
    pub upstream: Source,
    /// Requests that could still be made, in fractions.
    pub left: f64,
    /// For how long it was still to be left alone, as it had asked.
    pub pause: Duration,
    /// When that was so.
    pub at: Timestamp,
}

impl Spending {
    /// How much time has passed since, by the wall clock. None, where that was set back.
    pub fn passed(&self, now: Timestamp) -> Duration {
        Duration::try_from(now.duration_since(self.at)).unwrap_or_default()
    }

    /// For how long it is still to be left alone: never longer than it was then.
    pub fn pause_left(&self, now: Timestamp) -> Duration {
        self.pause.saturating_sub(self.passed(now))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_pause_that_is_read_back_is_never_longer(pause in 0_u64..90_000, later in -200_000_i64..200_000) {
            let at = Timestamp::from_second(1_761_739_200).unwrap();
            let pause = Duration::from_secs(pause);
            let spending = Spending { upstream: Source::new("yahoo"), left: 0.0, pause, at };
            let left = spending.pause_left(at + SignedDuration::from_secs(later));
            prop_assert!(left <= pause);
            prop_assert_eq!(left, Duration::from_secs(pause.as_secs().saturating_sub(later.max(0).unsigned_abs())));
        }
    }
}

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A bucket of requests that fills steadily: one is taken for each call, and
/// when it is empty, calls wait or are refused.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    per_hour: f64,
    burst: f64,
    left: f64,
    counted_at: Timestamp,
}

impl Budget {
    /// A full bucket.
    pub(crate) fn new(per_hour: f64, burst: f64, now: Timestamp) -> Self {
        Self { per_hour, burst, left: burst, counted_at: now }
    }

    /// Takes one request, if so many remain after it.
    ///
    /// # Errors
    ///
    /// The time until there are enough, where there are not.
    pub(crate) fn take(&mut self, leaving: f64, now: Timestamp) -> Result<(), Duration> {
        self.left = self.left_at(now);
        // A clock that was set back must not fill the bucket twice.
        self.counted_at = self.counted_at.max(now);
        let needed = 1.0 + leaving;
        if self.left >= needed {
            self.left -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((needed - self.left) * 3600.0 / self.per_hour))
    }

    /// Requests that may be made at once when none was made for a while.
    pub(crate) fn burst(&self) -> f64 {
        self.burst
    }

    /// Requests left, in fractions.
    pub(crate) fn left_at(&self, now: Timestamp) -> f64 {
        let elapsed = now.duration_since(self.counted_at).max(SignedDuration::ZERO);
        let refilled = elapsed.as_secs_f64() / 3600.0 * self.per_hour;
        (self.left + refilled).min(self.burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn start() -> Timestamp {
        "2025-10-29T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_burst_is_given_at_once_and_the_rest_over_time() {
        let mut budget = Budget::new(60.0, 3.0, start());
        assert!((0..3).all(|_| budget.take(0.0, start()).is_ok()));
        assert_eq!(budget.take(0.0, start()), Err(Duration::from_mins(1)));
        let later = start() + SignedDuration::from_mins(1);
        assert_eq!(budget.take(0.0, later), Ok(()));
        assert!(budget.take(0.0, later).is_err());
    }

    #[test]
    fn what_is_to_be_left_is_left() {
        let mut budget = Budget::new(60.0, 4.0, start());
        assert!((0..3).all(|_| budget.take(1.0, start()).is_ok()));
        assert_eq!(budget.take(1.0, start()), Err(Duration::from_mins(1)));
        assert_eq!(budget.take(0.0, start()), Ok(()));
        assert_eq!(budget.take(1.0, start()), Err(Duration::from_mins(2)));
    }

    #[test]
    fn a_clock_set_back_fills_nothing() {
        let mut budget = Budget::new(60.0, 1.0, start());
        budget.take(0.0, start()).unwrap();
        let back = start() - SignedDuration::from_hours(5);
        assert!(budget.take(0.0, back).is_err());
        assert!(budget.take(0.0, start()).is_err());
    }

    proptest! {
        #[test]
        fn no_hour_holds_more_than_the_allowance_and_a_burst(
            steps in proptest::collection::vec(0_i64..300, 1..400),
        ) {
            let (mut budget, mut now) = (Budget::new(40.0, 5.0, start()), start());
            let mut taken = Vec::new();
            for step in steps {
                now += SignedDuration::from_secs(step);
                taken.extend(budget.take(0.0, now).is_ok().then_some(now));
            }
            for (i, first) in taken.iter().enumerate() {
                let within = taken[i..].iter().filter(|at| at.duration_since(*first).as_hours() < 1);
                prop_assert!(within.count() <= 45);
            }
        }
    }
}

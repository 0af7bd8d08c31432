use std::time::Duration;

/// The shortest wait: long enough that a loss is seen and logged.
const SHORTEST: Duration = Duration::from_secs(1);

/// What chance adds at most, at first and in the end.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(1);

/// How long to wait before a stream is opened or followed anew: a random time, so that
/// programs which lost it together do not come back together, out of a range
/// that doubles with each attempt in vain.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The wait after one more failure; `chance` is between 0 and 1.
    pub(super) fn wait(&mut self, chance: f64) -> Duration {
        let range = FIRST.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        SHORTEST + range.mul_f64(chance)
    }

    /// It has held for a while: what was before is forgiven.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_a_minute_and_begins_anew_after_success() {
        let mut backoff = Backoff::default();
        let waits: Vec<u64> = (0..9).map(|_| backoff.wait(1.0).as_secs()).collect();
        assert_eq!(waits, [2, 3, 5, 9, 17, 33, 61, 61, 61]);
        assert_eq!(backoff.wait(0.0), SHORTEST, "the rest is chance");
        backoff.failures = u32::MAX;
        assert_eq!(backoff.wait(0.5).as_secs(), 31);
        backoff.reset();
        assert_eq!(backoff.wait(1.0).as_secs(), 2);
    }
}

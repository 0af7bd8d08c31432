use std::time::Duration;

use engine::Misses;
use market::{SourceError, Withheld};

use query::explain::failures;

/// Whoever asks for a pause each time is not going to answer.
const MOST_PAUSES: u32 = 5;

/// Whoever has failed too often is asked once more after a rest; if that fails
/// too, the next rest is not worth the wait.
const MOST_RESTS: u32 = 1;

/// A pause for who asks for one without saying how long.
const USUAL_PAUSE: Duration = Duration::from_secs(30);

/// How often one question has waited.
#[derive(Debug, Default)]
pub(super) struct Pauses {
    /// For what upstreams, or our allowances, ask for.
    taken: u32,
    /// For upstreams that have failed too often.
    rests: u32,
}

impl Pauses {
    /// For how long to wait before asking again, and why; `None` where that
    /// would be in vain.
    pub(super) fn next(&mut self, misses: &Misses) -> Option<(Duration, String)> {
        let throttled = misses.iter().any(|it| matches!(it.error, SourceError::Throttled { .. }));
        let length = misses.again_in().or(throttled.then_some(USUAL_PAUSE))?;
        let (count, most) = if misses.iter().any(|miss| is_resting(&miss.error)) {
            (&mut self.rests, MOST_RESTS)
        } else {
            (&mut self.taken, MOST_PAUSES)
        };
        *count += 1;
        (*count <= most).then(|| (length, failures(misses)))
    }
}

fn is_resting(error: &SourceError) -> bool {
    matches!(error, SourceError::Withheld { why: Withheld::Breaker, .. })
}

use std::time::Duration;

use engine::SourceFailures;
use market::{NotAsked, SourceError};

use query::explain::explained;

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
    pub(super) fn next(&mut self, failures: &SourceFailures) -> Option<(Duration, String)> {
        let throttled = failures.iter().any(|it| matches!(it.error, SourceError::Throttled { .. }));
        let length = failures.again_in().or(throttled.then_some(USUAL_PAUSE))?;
        let (count, most) = if failures.iter().any(|failure| is_resting(&failure.error)) {
            (&mut self.rests, MOST_RESTS)
        } else {
            (&mut self.taken, MOST_PAUSES)
        };
        *count += 1;
        (*count <= most).then(|| (length, explained(failures)))
    }
}

fn is_resting(error: &SourceError) -> bool {
    matches!(error, SourceError::NotAsked { why: NotAsked::CircuitOpen, .. })
}

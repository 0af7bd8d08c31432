use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::warn;

use crate::problem::Problem;

/// Rows of long answers that are being sent at once: about 64 MB of bars, which are
/// held until whoever asked has taken them, however slowly that is.
const MOST_ROWS: usize = 500_000;

/// Most of those that read are done by then.
const AGAIN_IN: Duration = Duration::from_secs(2);

/// Bounds the answers that are sent piece by piece.
#[derive(Clone)]
pub struct LongAnswers(Arc<Semaphore>);

impl Default for LongAnswers {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST_ROWS)))
    }
}

impl LongAnswers {
    /// Room for an answer of so many rows until what is returned is dropped; one that
    /// is longer than all room has all.
    ///
    /// # Errors
    ///
    /// A problem that says when to come again, where too many are being sent.
    pub fn room(&self, rows: usize) -> Result<OwnedSemaphorePermit, Problem> {
        let rows = u32::try_from(rows.min(MOST_ROWS)).unwrap_or(u32::MAX);
        Arc::clone(&self.0).try_acquire_many_owned(rows).map_err(|_| {
            warn!(rows, "too many long answers are being sent; this one is refused with 503");
            let detail = "too many long answers are being sent at once; come back in a moment, or ask for less";
            Problem::full(detail, AGAIN_IN)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_answers_find_room_or_are_told_when_to_come_again() {
        let answers = LongAnswers::default();
        let first = answers.room(MOST_ROWS - 1).unwrap();
        assert!(answers.room(1).is_ok());
        let refused = answers.room(2).unwrap_err();
        assert_eq!(refused.status(), 503);
        drop(first);
        assert!(answers.room(2 * MOST_ROWS).is_ok(), "one has all of it");
    }
}

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use engine::Engine;
use jiff::{SignedDuration, Timestamp};

use crate::json;
use crate::reply::{Encoded, JSON};

/// The answer of `/latest`, encoded once for all who ask within a second.
///
/// Made anew when the board has changed or when it is a second old, so that
/// its `timestamp` and ages are never more than a second behind.
#[derive(Default)]
pub(crate) struct LatestAnswer {
    kept: ArcSwapOption<Kept>,
}

struct Kept {
    version: u64,
    at: Timestamp,
    encoded: Arc<Encoded>,
}

impl LatestAnswer {
    pub(crate) fn encoded(&self, engine: &Engine) -> Arc<Encoded> {
        let (board, now) = (engine.board(), engine.now());
        let is_current = |kept: &Arc<Kept>| {
            let age = now.duration_since(kept.at);
            kept.version == board.version
                && age >= SignedDuration::ZERO
                && age < SignedDuration::from_secs(1)
        };
        if let Some(kept) = self.kept.load_full().filter(is_current) {
            return Arc::clone(&kept.encoded);
        }
        let encoded = Arc::new(Encoded::new(JSON, json::latest(&board, now), now));
        let kept = Kept { version: board.version, at: now, encoded: Arc::clone(&encoded) };
        self.kept.store(Some(Arc::new(kept)));
        encoded
    }
}

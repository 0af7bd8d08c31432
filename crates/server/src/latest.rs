use std::sync::Arc;

use arc_swap::ArcSwapOption;
use engine::Engine;
use http::reply::{Encoded, JSON};
use jiff::Timestamp;

/// The answer of `/latest`, encoded once for all who ask within a second.
///
/// Made anew when the board has changed or another second has begun, so that
/// its `timestamp` and ages are never more than a second behind.
#[derive(Default)]
pub(crate) struct LatestAnswer {
    made: ArcSwapOption<Made>,
}

struct Made {
    version: u64,
    at: Timestamp,
    encoded: Arc<Encoded>,
}

impl LatestAnswer {
    pub(crate) fn encoded(&self, engine: &Engine) -> Arc<Encoded> {
        let (board, now) = (engine.board(), engine.now());
        let is_current = |made: &Arc<Made>| {
            made.version == board.version && made.at.as_second() == now.as_second()
        };
        if let Some(made) = self.made.load_full().filter(is_current) {
            return Arc::clone(&made.encoded);
        }
        let encoded =
            Arc::new(Encoded::new(JSON, query::records::quote::latest(&board.entries, now), now));
        let made = Made { version: board.version, at: now, encoded: Arc::clone(&encoded) };
        self.made.store(Some(Arc::new(made)));
        encoded
    }
}

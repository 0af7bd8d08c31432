use std::sync::Arc;

use arc_swap::ArcSwapOption;
use bytes::Bytes;
use engine::Engine;
use jiff::{SignedDuration, Timestamp};

use crate::json;

/// The answer of `/latest`, encoded once for all who ask within a second.
///
/// Made anew when the board has changed or when it is a second old, so that
/// its `timestamp` and ages are never more than a second behind.
#[derive(Default)]
pub(crate) struct LatestAnswer {
    encoded: ArcSwapOption<Encoded>,
}

struct Encoded {
    version: u64,
    at: Timestamp,
    body: Bytes,
}

impl LatestAnswer {
    pub(crate) fn body(&self, engine: &Engine) -> Bytes {
        let (board, now) = (engine.board(), engine.now());
        let age = |encoded: &Encoded| now.duration_since(encoded.at);
        let current = |encoded: &Arc<Encoded>| {
            let age = age(encoded);
            encoded.version == board.version
                && age >= SignedDuration::ZERO
                && age < SignedDuration::from_secs(1)
        };
        if let Some(encoded) = self.encoded.load_full().filter(current) {
            return encoded.body.clone();
        }
        let body = Bytes::from(json::latest(&board, now));
        let encoded = Encoded { version: board.version, at: now, body: body.clone() };
        self.encoded.store(Some(Arc::new(encoded)));
        body
    }
}

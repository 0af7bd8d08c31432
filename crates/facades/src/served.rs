use std::sync::Arc;
use std::time::Duration;

use engine::Engine;
use face::stream::Hub;
use http::reply::LongAnswers;

/// What facades may reach.
#[derive(Clone)]
pub struct Served {
    /// All market data.
    pub engine: Engine,
    /// Who follows what.
    pub streams: Arc<Hub>,
    /// Bounds the answers that are sent piece by piece.
    pub long_answers: LongAnswers,
    /// How often watched prices are refreshed.
    pub refresh_every: Duration,
}

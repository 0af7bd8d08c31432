use axum::http::StatusCode;
use engine::Engine;
use http::Problem;
use market::Instrument;
use query::explain::explained;
use table::text::short;

use face::{ApiError, share_spent};

/// Instruments that a text describes. That there is none is an answer only where
/// whoever could know was asked.
///
/// # Errors
///
/// Nothing is known here, and nobody else could be asked.
pub(super) async fn search_for(engine: &Engine, text: &str) -> Result<Vec<Instrument>, ApiError> {
    let found = engine.search(text).await;
    if !found.instruments.is_empty() || !found.failures.is_passing() {
        return Ok(found.instruments);
    }
    let (text, why) = (short(text), explained(&found.failures));
    let detail = format!("nothing that is known here is like {text:?}: {why}");
    if found.failures.tells_of_spent_share() {
        return Err(share_spent(&found.failures, detail).into());
    }
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let problem = Problem::new(status, "/problems/no-value", "No value can be had", detail);
    Err(problem.because(found.failures.reason()).into())
}

use engine::Engine;
use market::Instrument;
use query::explain::explained;
use table::text::short;

use face::{ApiError, no_value};

/// Instruments that a text describes. That there is none is an answer only where
/// whoever could know was asked.
///
/// # Errors
///
/// Nothing is known here, and nobody else could be asked.
pub(super) async fn search_for(engine: &Engine, text: &str) -> Result<Vec<Instrument>, ApiError> {
    let found = engine.search(text).await;
    if !found.instruments.is_empty() || found.failures.is_empty() {
        return Ok(found.instruments);
    }
    let (text, why) = (short(text), explained(&found.failures));
    let detail = format!("nothing that is known here is like {text:?}: {why}");
    Err(no_value(&found.failures, detail).into())
}

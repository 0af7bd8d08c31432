use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::json;
use crate::app::App;
use crate::cache_policy::CachePolicy;
use crate::error::ApiError;
use crate::params::Params;

/// `GET /marketpulse/v1/sources`
pub(crate) async fn sources(
    State(app): State<Arc<App>>,
    params: Params,
) -> Result<Response, ApiError> {
    params.accept_only(&[])?;
    let engine = &app.engine;
    let body = crate::json::sources(&engine.upstreams(), &engine.board(), engine.now());
    Ok(json(CachePolicy::OneSecond, body))
}

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::json;
use crate::app::App;
use crate::cache_policy::CachePolicy;
use crate::error::ApiError;
use crate::params::Params;

/// `GET /marketpulse/latest`
pub(crate) async fn latest(
    State(app): State<Arc<App>>,
    params: Params,
) -> Result<Response, ApiError> {
    params.accept_only(&[])?;
    Ok(json(CachePolicy::OneSecond, app.latest.body(&app.engine)))
}

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use http::CachePolicy;

use crate::api::operation;
use crate::app::App;
use crate::error::ApiError;
use crate::params::Params;

/// `GET /marketpulse/latest`
pub(crate) async fn latest(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, ApiError> {
    params.accept(&operation::LATEST)?;
    Ok(app.latest.encoded(&app.engine).respond(CachePolicy::OneSecond, &headers))
}

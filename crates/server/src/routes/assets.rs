use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::cache_policy::CachePolicy;
use crate::error::ApiError;
use crate::pages::assets::asset;

/// `GET /marketpulse/assets/{file}`
pub(crate) async fn asset_file(Path(file): Path<String>) -> Result<Response, ApiError> {
    let asset = asset(&file).ok_or(ApiError::NoSuchPage)?;
    let kind = [(CONTENT_TYPE, HeaderValue::from_static(asset.content_type))];
    Ok((CachePolicy::Forever, kind, asset.bytes).into_response())
}

use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use http::CachePolicy;
use http::reply::Coding;

use crate::pages::assets::asset;
use face::ApiError;

/// `GET /marketpulse/assets/{file}`
pub(crate) async fn asset_file(
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let asset = asset(&file, Coding::of_file(&headers)).ok_or_else(ApiError::no_such_page)?;
    let kind = [(CONTENT_TYPE, HeaderValue::from_static(asset.content_type))];
    let mut response = (CachePolicy::Forever, kind, asset.bytes).into_response();
    response.headers_mut().insert(VARY, ACCEPT_ENCODING.into());
    if asset.coding != Coding::Identity {
        let coding = HeaderValue::from_static(asset.coding.as_str());
        response.headers_mut().insert(CONTENT_ENCODING, coding);
    }
    Ok(response)
}

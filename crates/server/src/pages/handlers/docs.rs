use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use http::CachePolicy;
use http::reply::{Encoded, JSON};

use super::page;
use crate::app::App;
use crate::documents::{document, events_document};
use crate::pages::{self, Chapter, Shell};
use face::ApiError;

/// `GET /marketpulse/openapi.json`
pub(crate) async fn openapi(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    // It changes with the program alone.
    let encoded = app.replies.get("openapi", 0, || {
        Ok::<_, ApiError>(Encoded::new(JSON, document(), app.engine.now()))
    })?;
    Ok(encoded.respond(CachePolicy::Revalidate, &headers))
}

/// `GET /marketpulse/asyncapi.json`
pub(crate) async fn asyncapi(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let encoded = app.replies.get("asyncapi", 0, || {
        Ok::<_, ApiError>(Encoded::new(JSON, events_document(), app.engine.now()))
    })?;
    Ok(encoded.respond(CachePolicy::Revalidate, &headers))
}

/// `GET /marketpulse/docs`
pub(crate) async fn docs(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    page(&app, &headers, StatusCode::OK, false, pages::docs)
}

/// `GET /marketpulse/docs/{id}`
pub(crate) async fn chapter(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    // What is no text is the name of nothing.
    let id = id.map_or_else(|_| String::new(), |Path(id)| id);
    let Some(chapter) = Chapter::find(&id) else {
        let missing = |shell: &Shell| pages::no_such_chapter(shell, &id);
        return page(&app, &headers, StatusCode::NOT_FOUND, false, missing);
    };
    let base = base(&app, &headers);
    let chapter = |shell: &Shell| pages::chapter(shell, chapter, &base);
    page(&app, &headers, StatusCode::OK, false, chapter)
}

/// Where the reader found this service, so that examples work as they are.
pub(super) fn base(app: &App, headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let asked = text(HOST.as_str()).and_then(|host| host.parse::<Authority>().ok());
    let host = asked.map_or_else(|| app.config.listen.to_string(), |host| host.to_string());
    // A proxy that ends TLS says so.
    let is_secure = text("x-forwarded-proto") == Some("https");
    format!("{}://{host}", if is_secure { "https" } else { "http" })
}

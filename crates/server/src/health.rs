use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use http::CachePolicy;
use http::reply::json;

use crate::app::App;

/// `GET /healthz`: the process serves.
pub(crate) async fn alive() -> Response {
    json(CachePolicy::Never, r#"{"status":"ok"}"#)
}

/// `GET /readyz`: each watched instrument has a value, or has been asked for.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Response {
    let board = app.engine.board();
    let waiting = |entry: &&Arc<engine::Entry>| {
        entry.quote.is_none() && entry.failures.iter().next().is_none()
    };
    let waiting: Vec<&str> = board
        .entries
        .iter()
        .filter(waiting)
        .map(|entry| entry.instrument.symbol.as_str())
        .collect();
    if waiting.is_empty() {
        return json(CachePolicy::Never, r#"{"status":"ready"}"#);
    }
    let body = serde_json::json!({ "status": "starting", "waiting_for": waiting });
    (StatusCode::SERVICE_UNAVAILABLE, json(CachePolicy::Never, body.to_string())).into_response()
}

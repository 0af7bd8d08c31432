use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use http::CachePolicy;
use http::reply::json;
use query::records::StoreJson;
use serde::Serialize;

use crate::app::App;

/// What `/readyz` says.
#[derive(Serialize)]
struct Readiness<'a> {
    /// ready, degraded (ready, and nothing new is stored) or starting.
    status: &'static str,
    /// The watched instruments that have not been asked for yet.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    waiting_for: &'a [&'a str],
    /// What is the matter with the store, where something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<StoreJson>,
}

/// `GET /healthz`: the process serves.
pub(crate) async fn alive() -> Response {
    json(CachePolicy::Never, r#"{"status":"ok"}"#)
}

/// `GET /readyz`: each watched instrument has a value, or has been asked for. Where
/// nothing new is stored, it says so and is ready all the same: prices are served, and
/// to take the service out of use would help nobody.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Response {
    let board = app.engine.board();
    let waiting = |entry: &&Arc<engine::Entry>| entry.quote.is_none() && entry.failures.is_empty();
    let waiting: Vec<&str> = board
        .entries
        .iter()
        .filter(waiting)
        .map(|entry| entry.instrument.symbol.as_str())
        .collect();
    let failure = app.engine.store_failure();
    let store = failure.as_ref().map(|failure| StoreJson::of(Some(failure)));
    let status = match (waiting.is_empty(), &store) {
        (true, None) => "ready",
        (true, Some(_)) => "degraded",
        (false, _) => "starting",
    };
    let body = Readiness { status, waiting_for: &waiting, store };
    let body = serde_json::to_vec(&body).expect("texts are always JSON");
    let code = if waiting.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, json(CachePolicy::Never, body)).into_response()
}

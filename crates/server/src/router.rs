use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use crate::app::App;
use crate::error::ApiError;
use crate::log;
use crate::routes::{assets, config, health, history, latest, pages, sources};

/// Below this, compressing costs more than it saves.
const COMPRESS_ABOVE: u64 = 860;

/// Every route of the service.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(async || Redirect::temporary("/marketpulse")))
        .route("/marketpulse", get(pages::home))
        .route("/marketpulse/", get(pages::home))
        .route("/marketpulse/dashboard", get(pages::dashboard))
        .route("/marketpulse/history/view", get(pages::history))
        .route("/marketpulse/status", get(pages::status))
        .route("/marketpulse/latest", get(latest::latest))
        .route("/marketpulse/history", get(history::history))
        .route("/marketpulse/config", get(config::config))
        .route("/marketpulse/v1/sources", get(sources::sources))
        .route("/marketpulse/assets/{file}", get(assets::asset_file))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(pages::no_such_page)
        .method_not_allowed_fallback(async || ApiError::Method)
        .layer(CatchPanicLayer::custom(|_| ApiError::Internal.into_response()))
        .layer(
            CompressionLayer::new()
                .gzip(true)
                .br(true)
                .compress_when(SizeAbove::new(COMPRESS_ABOVE)),
        )
        .layer(from_fn(guard))
        .layer(from_fn(log::requests))
        .with_state(app)
}

/// Headers that keep browsers from doing with our answers what we never meant.
async fn guard(request: Request, next: Next) -> Response {
    const POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";
    let mut response = next.run(request).await;
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        response
            .headers_mut()
            .insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

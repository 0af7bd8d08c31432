use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::header::{ETAG, LAST_MODIFIED, LINK};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use tower_http::cors::{Any, CorsLayer};

use crate::api::operation;
use crate::app::App;
use crate::error::ApiError;
use crate::log::{self, REQUEST_ID};
use crate::routes::{assets, config, docs, health, history, latest, pages, sources, v1};

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
        .merge(data_api())
        .route("/marketpulse/openapi.json", get(docs::openapi))
        .route("/marketpulse/docs", get(docs::docs))
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
        .layer(cors())
        .layer(from_fn(limit))
        .layer(from_fn(guard))
        .layer(from_fn(log::requests))
        .with_state(app)
}

fn data_api() -> Router<Arc<App>> {
    Router::new()
        .route(operation::INSTRUMENTS.path, get(v1::instruments))
        .route(operation::INSTRUMENT.path, get(v1::instrument))
        .route(operation::SEARCH.path, get(v1::search))
        .route(operation::QUOTES.path, get(v1::quotes))
        .route(operation::QUOTE.path, get(v1::quote))
        .route(operation::BARS.path, get(v1::bars))
        .route(operation::ALIGNED_BARS.path, get(v1::aligned))
        .route(operation::ACTIONS.path, get(v1::actions))
        .route(operation::RATE.path, get(v1::rate))
        .route(operation::CONVERT.path, get(v1::convert))
}

/// The longest address that is read, in bytes: five hundred symbols fit.
const LONGEST_ADDRESS: usize = 16 << 10;

/// Refuses what no question of ours looks like.
async fn limit(request: Request, next: Next) -> Response {
    if request.uri().to_string().len() > LONGEST_ADDRESS {
        return ApiError::TooLongAddress(LONGEST_ADDRESS).into_response();
    }
    let has_body = request.body().size_hint().lower() > 0;
    if has_body { ApiError::Body.into_response() } else { next.run(request).await }
}

/// Any page may read prices: they are no secret, and nothing can be changed.
fn cors() -> CorsLayer {
    const ONE_DAY: Duration = Duration::from_hours(24);
    let told = [ETAG, LAST_MODIFIED, LINK, REQUEST_ID];
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD])
        .allow_headers(Any)
        .expose_headers(told)
        .max_age(ONE_DAY)
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

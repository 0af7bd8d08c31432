use std::sync::Arc;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use http::{Front, Problem};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use crate::api::operation;
use crate::app::App;
use crate::pages::handlers as pages;
use crate::{classic, health, v1};

/// Below this, compressing costs more than it saves.
const COMPRESS_ABOVE: u64 = 860;

/// Every route of the service.
pub fn router(app: Arc<App>) -> Front {
    let routes = Router::new()
        .route("/", get(async || Redirect::temporary("/marketpulse")))
        .route("/marketpulse/latest", get(classic::latest))
        .route("/marketpulse/history", get(classic::history))
        .merge(data_api())
        .route(operation::STREAM.path, get(v1::stream))
        .route(operation::WS.path, get(v1::ws))
        .route("/marketpulse/openapi.json", get(pages::openapi))
        .route("/marketpulse/asyncapi.json", get(pages::asyncapi))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .merge(made_anew())
        .method_not_allowed_fallback(async || Problem::method())
        .with_state(app);
    Front::new(routes)
}

/// What is made anew for each request, and compressed on its way. All else is
/// kept as it is sent.
fn made_anew() -> Router<Arc<App>> {
    let compression =
        CompressionLayer::new().gzip(true).br(true).compress_when(SizeAbove::new(COMPRESS_ABOVE));
    Router::new()
        .route("/marketpulse", get(pages::home))
        .route("/marketpulse/", get(pages::home))
        .route("/marketpulse/dashboard", get(pages::dashboard))
        .route("/marketpulse/history/view", get(pages::history))
        .route("/marketpulse/status", get(pages::status))
        .route("/marketpulse/docs", get(pages::docs))
        .route("/marketpulse/docs/", get(pages::docs))
        .route("/marketpulse/docs/{id}", get(pages::chapter))
        .route("/marketpulse/assets/{file}", get(pages::asset_file))
        .route("/marketpulse/config", get(classic::config))
        .route("/marketpulse/v1/sources", get(v1::sources))
        .fallback(pages::no_such_page)
        .layer(compression)
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
        .route(operation::BAR_VERSIONS.path, get(v1::bar_versions))
        .route(operation::ACTIONS.path, get(v1::actions))
        .route(operation::ACTION_VERSIONS.path, get(v1::action_versions))
        .route(operation::CHANGES.path, get(v1::changes))
        .route(operation::CALENDARS.path, get(v1::calendars))
        .route(operation::CALENDAR.path, get(v1::calendar))
        .route(operation::RATE.path, get(v1::rate))
        .route(operation::CONVERT.path, get(v1::convert))
}

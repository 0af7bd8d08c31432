use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::CachePolicy;
use http::reply::json;
use jiff::Timestamp;
use serde::Serialize;

use crate::app::App;
use crate::ask::Taken;

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct ConfigJson {
    /// The name of this service.
    service: &'static str,
    /// The program's version.
    version: &'static str,
    /// development or production.
    environment: &'static str,
    /// The period where none is asked for.
    default_period: String,
    /// Whether more is logged.
    debug: bool,
    /// Whether all prices are made up by the built-in simulator.
    demo: bool,
    /// The symbols kept fresh.
    watchlist: Vec<String>,
    /// When this answer was made.
    timestamp: Timestamp,
}

/// `GET /marketpulse/config`
pub(crate) async fn config(State(app): State<Arc<App>>, _: Taken<()>) -> Response {
    let board = app.engine.board();
    let body = ConfigJson {
        service: "marketpulse",
        version: env!("CARGO_PKG_VERSION"),
        environment: app.config.environment.as_str(),
        default_period: app.config.default_period.to_string(),
        debug: app.config.debug,
        demo: app.demo,
        watchlist: board.entries.iter().map(|e| e.instrument.symbol.to_string()).collect(),
        timestamp: app.engine.now(),
    };
    json(CachePolicy::Revalidate, serde_json::to_vec(&body).expect("texts are always JSON"))
}

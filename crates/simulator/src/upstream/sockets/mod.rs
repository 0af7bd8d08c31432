//! Sockets that send prices: Yahoo's streamer at `/`, Kraken's public stream at `/v2` and
//! `/kraken/v2`, Alpaca's at `/v2/iex`. `talk` keeps one connection.

mod talk;

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use axum::{Extension, Router};

use super::fault::StreamFault;
use super::shared::Shared;
use super::streams::Dialect;
use super::yahoo;
use talk::Talk;

type Fault = Option<Extension<StreamFault>>;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(streamer))
        .route("/v2", speaking(Dialect::Kraken))
        .route("/kraken/v2", speaking(Dialect::Kraken))
        .route("/v2/iex", speaking(Dialect::Alpaca))
}

/// `GET /?version=2`; without the version messages come bare. Who does not speak
/// WebSocket is given a cookie.
async fn streamer(
    State(shared): State<Arc<Shared>>,
    fault: Fault,
    Query(parameters): Query<HashMap<String, String>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else { return yahoo::cookie() };
    let wrapped = parameters.get("version").is_some_and(|version| version == "2");
    open(shared, Dialect::Yahoo { wrapped }, fault, upgrade)
}

/// Whoever comes is spoken to so.
fn speaking(dialect: Dialect) -> MethodRouter<Arc<Shared>> {
    get(
        move |State(shared): State<Arc<Shared>>, fault: Fault, upgrade: WebSocketUpgrade| async move {
            open(shared, dialect, fault, upgrade)
        },
    )
}

fn open(
    shared: Arc<Shared>,
    dialect: Dialect,
    fault: Fault,
    upgrade: WebSocketUpgrade,
) -> Response {
    let talk = Talk::begin(shared, dialect, fault.map(|Extension(fault)| fault));
    upgrade.on_upgrade(|socket| talk.go_on(socket))
}

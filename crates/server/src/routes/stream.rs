use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use market::Symbol;

use crate::api::{Operation, Param, Place, Shape};
use crate::app::App;
use crate::cache_policy::CachePolicy;
use crate::connections::Told;
use crate::error::ApiError;
use crate::params::Params;
use crate::stream::{Events, INTERVALS, LONGEST_MESSAGE, Reader, converse, read_symbols};

/// More never fit into an address; how many may be followed is a setting.
const MOST_IN_ADDRESS: usize = 10_000;

const SYMBOLS: Param = Param {
    name: "symbols",
    place: Place::Query,
    required: false,
    shape: Shape::Symbols(MOST_IN_ADDRESS),
    example: "AAPL,EUR/USD",
    about: "Symbols to follow, separated by commas; the watched ones if not given.",
};

const BARS: Param = Param {
    name: "bars",
    place: Place::Query,
    required: false,
    shape: Shape::OneOf(&INTERVALS),
    example: "1m",
    about: "How long the bars are whose course is told as well; none if not given.",
};

/// `GET /marketpulse/stream`, as declared.
pub(crate) const STREAM: Operation = Operation {
    id: "stream",
    path: "/marketpulse/stream",
    summary: "Prices as they change",
    about: "Server-sent events: a snapshot, then every change. `Last-Event-ID` resumes.",
    params: &[&SYMBOLS, &BARS],
    tabular: false,
};

/// `GET /marketpulse/ws`, as declared.
pub(crate) const WS: Operation = Operation {
    id: "ws",
    path: "/marketpulse/ws",
    summary: "Prices as they change, over WebSocket",
    about: "The same events; subscribe and unsubscribe while connected.",
    params: &[],
    tabular: false,
};

/// Events are to be passed on as they come.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// `GET /marketpulse/stream?symbols=&bars=`
pub(crate) async fn stream(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, ApiError> {
    params.accept(&STREAM)?;
    let asked = params.list("symbols");
    let (symbols, errors) = read_symbols(asked.iter().copied());
    let symbols = if asked.is_empty() { watched(&app) } else { symbols };
    let last_seen = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = last_seen.and_then(|id| id.parse().ok());
    let mut reader = place(&app)?;
    let first = reader.follow(&symbols, params.read("bars")?, after);
    let first = first.map_err(|error| ApiError::TooMany(error.to_string()))?;
    let told = Told::new(Events::new(reader, &[first, errors].concat()));
    let kind = (CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    let body = told.body();
    Ok((CachePolicy::Never, [kind, UNBUFFERED], Extension(told), body).into_response())
}

/// `GET /marketpulse/ws`
pub(crate) async fn ws(
    State(app): State<Arc<App>>,
    params: Params,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    const BUFFER: usize = 4 << 10;
    params.accept(&WS)?;
    let upgrade = upgrade.map_err(|_| ApiError::NotWebSocket)?;
    let reader = place(&app)?;
    // Somewhat more is read than is accepted, so that the end can be told.
    let upgrade = upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_message_size(2 * LONGEST_MESSAGE)
        .max_frame_size(2 * LONGEST_MESSAGE);
    Ok(upgrade.on_upgrade(move |socket| converse(socket, reader)))
}

fn place(app: &App) -> Result<Reader, ApiError> {
    let most = app.streams.limits.connections;
    let refused = || {
        ApiError::TooMany(format!("all {most} connections for streams are taken; try again later"))
    };
    app.streams.join().ok_or_else(refused)
}

fn watched(app: &App) -> Vec<Symbol> {
    app.engine.board().entries.iter().map(|entry| entry.instrument.symbol.clone()).collect()
}

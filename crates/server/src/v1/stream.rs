use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use http::connections::EventStream;
use http::{CachePolicy, Caller, Problem};
use market::Symbol;

use crate::api::requests::StreamParams;
use crate::app::App;
use crate::ask::{Ask, Taken};
use face::ApiError;
use face::join;
use face::stream::{LONGEST_MESSAGE, Reader, SseEvents, converse, read_symbols};

/// Events are to be passed on as they come.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// `GET /marketpulse/stream?symbols=&bars=`
pub(crate) async fn stream(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<StreamParams>,
) -> Result<Response, ApiError> {
    let (symbols, errors) = match &params.symbols {
        Some(texts) => read_symbols(texts.iter().map(String::as_str)),
        None => (watched(&app), Vec::new()),
    };
    let last_seen = request.headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = last_seen.and_then(|id| id.parse().ok());
    let mut reader = place(&app, &request.caller)?;
    let first = reader.follow(&symbols, params.bars, after);
    let first = first.map_err(|error| Problem::too_many(error.to_string()))?;
    let events = EventStream::new(SseEvents::new(reader, &[first, errors].concat()));
    let kind = (CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    let body = events.body();
    Ok((CachePolicy::Never, [kind, UNBUFFERED], Extension(events), body).into_response())
}

/// `GET /marketpulse/ws`
pub(crate) async fn ws(
    State(app): State<Arc<App>>,
    _: Taken<()>,
    caller: Caller,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    const BUFFER: usize = 4 << 10;
    let upgrade = upgrade.map_err(|_| ApiError::not_web_socket())?;
    let reader = place(&app, &caller)?;
    // Somewhat more is read than is accepted, so that the end can be explained.
    let upgrade = upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_message_size(2 * LONGEST_MESSAGE)
        .max_frame_size(2 * LONGEST_MESSAGE);
    Ok(upgrade.on_upgrade(move |socket| converse(socket, reader)))
}

fn place(app: &App, caller: &Caller) -> Result<Reader, Problem> {
    let joined = join(&app.streams, caller);
    joined.map_err(|no_place| Problem::too_many(no_place.to_string()))
}

fn watched(app: &App) -> Vec<Symbol> {
    app.engine.board().entries.iter().map(|entry| entry.instrument.symbol.clone()).collect()
}

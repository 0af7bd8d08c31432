mod assets;
mod dashboard;
mod disputes;
mod docs;
mod history;
mod login;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::{Board, Entry};
use http::accept::wants_page;
use http::{CachePolicy, Caller, Problem, cookies};
use jiff::Timestamp;
use market::market_state;
use query::explain::explain;
use query::records::nothing_stored;

pub(crate) use self::assets::asset_file;
pub(crate) use self::disputes::disputes;
pub(crate) use self::docs::{asyncapi, chapter, docs, openapi};
pub(crate) use self::history::history;
pub(crate) use self::login::{log_in, log_out, login};
use crate::admission::KEPT;
use crate::app::App;
use crate::pages::{self, Card, HomeView, ProblemView, Shell, StatusView, Theme, Watched};
use face::ApiError;
use face::engine_for;

/// A page does not wait longer for what nobody has asked for yet; it says that
/// sources are being asked, and shows what they say when it comes.
const FIRST_PAINT: Duration = Duration::from_millis(500);

/// `GET /marketpulse`
pub(crate) async fn home(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
) -> Response {
    let (board, now) = (engine_for(&app.engine, &caller).watched(), app.engine.now());
    let view = HomeView { cards: cards(&board, now), base: docs::base(&app, &headers), now };
    let simulated = shows_simulated(&board);
    page(&app, &headers, StatusCode::OK, simulated, |shell| pages::home(shell, &view))
}

/// `GET /marketpulse/dashboard?symbols=&chart=&sort=&group=&density=&columns=&view=&wall`
pub(crate) async fn dashboard(
    State(app): State<Arc<App>>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let engine = engine_for(&app.engine, &caller);
    let view = dashboard::view(&app, &engine, query.as_deref().unwrap_or_default()).await;
    let simulated = view.is_simulated();
    page(&app, &headers, StatusCode::OK, simulated, |shell| pages::dashboard(shell, &view))
}

/// `GET /marketpulse/status`
pub(crate) async fn status(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
) -> Response {
    let engine = engine_for(&app.engine, &caller);
    let (board, now) = (engine.watched(), engine.now());
    let watched = board.entries.iter().map(|entry| watched(entry, now)).collect();
    let (upstreams, rejected) = (engine.upstreams(), engine.rejected_histories());
    let is_exposed = app.is_exposed();
    let view = StatusView { watched, upstreams, rejected, is_exposed, now };
    let simulated = shows_simulated(&board);
    page(&app, &headers, StatusCode::OK, simulated, |shell| pages::status(shell, &view))
}

/// Whatever no other route answers.
pub(crate) async fn no_such_page(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    refused(&app, &headers, ApiError::no_such_page())
}

/// Why there is no page, as one for a browser.
fn refused(app: &App, headers: &HeaderMap, error: ApiError) -> Response {
    if !wants_page(headers) {
        return error.into_response();
    }
    let problem = error.into_problem();
    let (status, title) = (problem.status(), problem.title().to_owned());
    let detail = problem.detail().to_owned();
    let view = ProblemView { status: status.as_u16(), title, detail, suggestions: Vec::new() };
    page(app, headers, status, false, |shell| pages::problem(shell, &view))
}

fn cards(board: &Board, now: Timestamp) -> Vec<Card> {
    board.entries.iter().map(|entry| card(entry, now)).collect()
}

fn card(entry: &Entry, now: Timestamp) -> Card {
    let quote = entry.quote.as_ref();
    Card {
        instrument: entry.instrument.clone(),
        quote: entry.quote.clone(),
        freshness: entry.freshness(now),
        market_state: quote.and_then(|quote| market_state(quote, now)),
        age: entry.age(now),
        because: explain(entry, now),
        rival: entry.rival(now).cloned(),
    }
}

fn watched(entry: &Entry, now: Timestamp) -> Watched {
    Watched {
        card: card(entry, now),
        failures: entry.failures.iter().cloned().collect(),
        quarantined: entry.quarantined.clone(),
    }
}

fn shows_simulated(board: &Board) -> bool {
    board.entries.iter().any(|entry| entry.quote.as_ref().is_some_and(|quote| quote.simulated))
}

/// What the reader's theme switch has stored in this browser.
fn theme(headers: &HeaderMap) -> Theme {
    cookies(headers, Theme::COOKIE).next().map_or_else(Theme::default, Theme::read)
}

pub(super) fn page(
    app: &App,
    headers: &HeaderMap,
    status: StatusCode,
    simulated: bool,
    render: impl FnOnce(&Shell) -> Result<String, askama::Error>,
) -> Response {
    let environment = app.config.environment.as_str().to_owned();
    let version = env!("CARGO_PKG_VERSION");
    let unstored = app.engine.store_failure().map(|failure| nothing_stored(&failure));
    let (theme, credits) = (theme(headers), app.engine.credits());
    let is_signed_in = app.gate.is_closed() && cookies(headers, KEPT).next().is_some();
    let shell = Shell { environment, version, simulated, unstored, is_signed_in, theme, credits };
    let kind = [(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))];
    match render(&shell) {
        Ok(html) => (status, CachePolicy::Revalidate, kind, html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            Problem::internal().into_response()
        }
    }
}

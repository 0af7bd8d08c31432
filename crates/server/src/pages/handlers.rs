mod assets;
mod dashboard;
mod docs;
mod history;

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::{Board, Entry};
use http::{CachePolicy, Problem};
use jiff::Timestamp;
use market::market_state;
use query::explain::explain;

pub(crate) use self::assets::asset_file;
pub(crate) use self::docs::{asyncapi, chapter, docs, openapi};
pub(crate) use self::history::history;
use crate::app::App;
use crate::error::ApiError;
use crate::pages::{self, Card, HomeView, ProblemView, Shell, StatusView, Watched};

/// `GET /marketpulse`
pub(crate) async fn home(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let (board, now) = (app.engine.board(), app.engine.now());
    let view = HomeView { cards: cards(&board, now), base: docs::base(&app, &headers), now };
    page(&app, StatusCode::OK, shows_simulated(&board), |shell| pages::home(shell, &view))
}

/// `GET /marketpulse/dashboard?symbols=&chart=&sort=&group=&view=&wall`
pub(crate) async fn dashboard(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Response {
    let view = dashboard::view(&app, query.as_deref().unwrap_or_default()).await;
    page(&app, StatusCode::OK, view.is_simulated(), |shell| pages::dashboard(shell, &view))
}

/// `GET /marketpulse/status`
pub(crate) async fn status(State(app): State<Arc<App>>) -> Response {
    let (board, now) = (app.engine.board(), app.engine.now());
    let watched = board.entries.iter().map(|entry| watched(entry, now)).collect();
    let (upstreams, doubted) = (app.engine.upstreams(), app.engine.rejected_histories());
    let view = StatusView { watched, upstreams, doubted, now };
    page(&app, StatusCode::OK, shows_simulated(&board), |shell| pages::status(shell, &view))
}

/// Whatever no other route answers.
pub(crate) async fn no_such_page(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let error = ApiError::no_such_page();
    if !wants_page(&headers) {
        return error.into_response();
    }
    let problem = error.into_problem();
    let (status, title) = (problem.status(), problem.title().to_owned());
    let detail = problem.detail().to_owned();
    let view = ProblemView { status: status.as_u16(), title, detail, suggestions: Vec::new() };
    page(&app, status, false, |shell| pages::problem(shell, &view))
}

/// Whether a browser asks, which would rather see a page than JSON.
fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
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
        age: quote.and_then(|quote| quote.age(now)),
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

pub(super) fn page(
    app: &App,
    status: StatusCode,
    simulated: bool,
    render: impl FnOnce(&Shell) -> Result<String, askama::Error>,
) -> Response {
    let environment = app.config.environment.as_str().to_owned();
    let shell = Shell { environment, version: env!("CARGO_PKG_VERSION"), simulated };
    let kind = [(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))];
    match render(&shell) {
        Ok(html) => (status, CachePolicy::Revalidate, kind, html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            Problem::internal().into_response()
        }
    }
}

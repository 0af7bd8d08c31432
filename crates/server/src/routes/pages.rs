use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::{Board, Entry};
use jiff::Timestamp;
use market::{Answer, Freshness, Interval, Period, Question, Span};
use market::{market_state, quote_freshness, series_freshness};

use super::history::{answer, question};
use crate::app::App;
use crate::cache_policy::CachePolicy;
use crate::error::ApiError;
use crate::json::explain;
use crate::pages::{
    self, Card, DashboardView, HistoryView, HomeView, Message, ProblemView, Shell, StatusView,
    Watched,
};
use crate::params::Params;

/// Periods offered in the history view.
const PERIODS: [&str; 8] = ["7d", "1mo", "3mo", "6mo", "1y", "5y", "ytd", "max"];

/// `GET /marketpulse`
pub(crate) async fn home(State(app): State<Arc<App>>) -> Response {
    let board = app.engine.board();
    let view = HomeView { cards: cards(&board, app.engine.now()) };
    page(&app, StatusCode::OK, shows_simulated(&board), |shell| pages::home(shell, &view))
}

/// `GET /marketpulse/dashboard`
pub(crate) async fn dashboard(State(app): State<Arc<App>>) -> Response {
    let board = app.engine.board();
    let view = DashboardView { cards: cards(&board, app.engine.now()) };
    page(&app, StatusCode::OK, shows_simulated(&board), |shell| pages::dashboard(shell, &view))
}

/// `GET /marketpulse/status`
pub(crate) async fn status(State(app): State<Arc<App>>) -> Response {
    let (board, now) = (app.engine.board(), app.engine.now());
    let watched = board.entries.iter().map(|entry| watched(entry, now)).collect();
    let (upstreams, doubted) = (app.engine.upstreams(), app.engine.doubted_history());
    let view = StatusView { watched, upstreams, doubted, now };
    page(&app, StatusCode::OK, shows_simulated(&board), |shell| pages::status(shell, &view))
}

/// `GET /marketpulse/history/view`
///
/// What cannot be shown is said on the page, beside the form that may mend it.
pub(crate) async fn history(
    State(app): State<Arc<App>>,
    params: Result<Params, ApiError>,
) -> Response {
    let params = params.unwrap_or_default();
    let outcome = match viewed_question(&app, &params) {
        Ok(question) => answer(&app.engine, &question).await,
        Err(error) => Err(error),
    };
    let status = outcome.as_ref().map_or_else(|error| error.kind().0, |_| StatusCode::OK);
    let simulated = outcome.as_ref().is_ok_and(|answer| answer.simulated);
    let view = history_view(&app, &params, outcome);
    page(&app, status, simulated, |shell| pages::history(shell, &view))
}

/// Whatever no other route answers.
pub(crate) async fn no_such_page(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let error = ApiError::NoSuchPage;
    if !wants_page(&headers) {
        return error.into_response();
    }
    let (status, _, title) = error.kind();
    let (title, detail) = (title.to_owned(), error.to_string());
    let view = ProblemView { status: status.as_u16(), title, detail, suggestions: Vec::new() };
    page(&app, status, false, |shell| pages::problem(shell, &view))
}

/// Whether a browser asks, which would rather see a page than JSON.
fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// The question of `/history`; a period of a day or two is shown bar by bar.
fn viewed_question(app: &App, params: &Params) -> Result<Question, ApiError> {
    let mut question = question(app, params)?;
    if params.text("interval").is_none()
        && matches!(question.span, Span::Period(Period::Days(1 | 2)))
    {
        question.interval = Interval::M5;
    }
    Ok(question)
}

fn history_view(
    app: &App,
    params: &Params,
    outcome: Result<Arc<Answer>, ApiError>,
) -> HistoryView<'static> {
    let asked = |name| params.text(name).map(str::to_owned);
    let default_period = app.config.default_period.to_string();
    let board = app.engine.board();
    let named =
        |entry: &Arc<Entry>| (entry.instrument.symbol.to_string(), entry.instrument.name.clone());
    HistoryView {
        symbol_text: asked("symbol").unwrap_or_else(|| "CAC40".to_owned()),
        period_text: asked("period").unwrap_or(default_period),
        interval_text: asked("interval"),
        symbols: board.entries.iter().map(named).collect(),
        periods: &PERIODS,
        freshness: outcome
            .as_ref()
            .map_or(Freshness::Missing, |answer| series_freshness(answer, app.engine.now())),
        decimals: outcome.as_ref().map_or(2, |answer| answer.instrument.price_decimals),
        outcome: outcome.map_err(|error| message(&error)),
    }
}

fn message(error: &ApiError) -> Message {
    Message {
        title: error.kind().2.to_owned(),
        detail: error.to_string(),
        suggestions: error.near().iter().map(ToString::to_string).collect(),
    }
}

fn cards(board: &Board, now: Timestamp) -> Vec<Card> {
    board.entries.iter().map(|entry| card(entry, now)).collect()
}

fn card(entry: &Entry, now: Timestamp) -> Card {
    let quote = entry.quote.as_ref();
    Card {
        instrument: entry.instrument.clone(),
        quote: entry.quote.clone(),
        freshness: quote.map_or(Freshness::Missing, |quote| quote_freshness(quote, now)),
        market_state: quote.and_then(|quote| market_state(quote, now)),
        age: quote.and_then(|quote| quote.age(now)),
        because: explain(entry, now),
        rival: entry.rival(now).cloned(),
    }
}

fn watched(entry: &Entry, now: Timestamp) -> Watched {
    Watched {
        card: card(entry, now),
        misses: entry.misses.iter().cloned().collect(),
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
            ApiError::Internal.into_response()
        }
    }
}

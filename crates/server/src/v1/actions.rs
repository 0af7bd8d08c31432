use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::Engine;
use http::CachePolicy;
use jiff::civil::Date;
use market::{Adjust, Bound, Span, Symbol, series_freshness};
use query::history::{Bounds, check_order, date, locate};
use query::{Retained, records};

use super::columns;
use super::respond::{Writing, respond};
use crate::api::params;
use crate::api::requests::ActionsParams;
use crate::app::App;
use crate::as_of::{is_for_all, settled, view};
use crate::ask::Ask;
use face::ApiError;

/// `GET /marketpulse/v1/actions/{symbol}`
pub(crate) async fn actions(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<ActionsParams>,
) -> Result<Response, ApiError> {
    let symbol = app.engine.canonical(&params.symbol);
    let view = view(&app, &request, Adjust::Splits, params.known_at, Retained::Bars)?;
    let writing = Writing::new(&request, params.form, params.fields, &columns::ACTIONS)?;
    let engine = request.engine(&app);
    let dates = dates(&engine, &symbol, (params.from, params.to)).await?;
    let answer = view.actions(&engine, &symbol).await?;
    let now = view.now(&app.engine);
    let cache = settled(&app, view.known_at, Retained::Bars).unwrap_or(CachePolicy::Revalidate);
    let freshness = series_freshness(&answer, now);
    let writing = writing.for_all(is_for_all(view, freshness, cache));
    let table = records::action::table(&answer, dates, now)?;
    let depends_on = (answer.kept.revision, answer.received_at, freshness.as_str());
    respond(&app, &writing, depends_on, cache, table, None)
}

/// The dates that two bounds ask for, either of which may be open.
pub(super) async fn dates(
    engine: &Engine,
    symbol: &Symbol,
    bounds: Bounds,
) -> Result<(Option<Date>, Option<Date>), ApiError> {
    check_order(bounds)?;
    locate_instants(engine, symbol, bounds).await;
    let date = |bound: Bound| bound.date(|at| date(engine, symbol, at));
    let (from, to) = (bounds.0.map(date), bounds.1.map(date));
    match from.zip(to).map(|(from, to)| Span::dates(from, to)) {
        Some(Err(error)) => Err(params::FROM.refused(error).into()),
        _ => Ok((from, to)),
    }
}

/// Dates are the same wherever it trades.
async fn locate_instants(engine: &Engine, symbol: &Symbol, (from, to): Bounds) {
    if from.iter().chain(&to).any(|bound| bound.instant().is_some()) {
        locate(engine, std::slice::from_ref(symbol), (from, to)).await;
    }
}

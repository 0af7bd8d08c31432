use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{CachePolicy, Problem};
use jiff::civil::Date;
use market::{Span, series_freshness};
use query::{Refusal, records};

use super::respond::respond;
use crate::api::operation;
use crate::app::App;
use crate::ask::Ask;
use crate::error::ApiError;

/// `GET /marketpulse/v1/actions/{symbol}`
pub(crate) async fn actions(State(app): State<Arc<App>>, ask: Ask) -> Result<Response, ApiError> {
    ask.accept(&operation::ACTIONS)?;
    let symbol = app.engine.canonical(&ask.symbol()?);
    let dates = between(&ask)?;
    let answer = app.engine.actions(&symbol).await.map_err(|failures| {
        let near = app.engine.near(&symbol);
        Refusal::no_history(symbol.clone(), failures, near)
    })?;
    let now = app.engine.now();
    let table = records::action::table(&answer, dates, now)?;
    let depends_on = (answer.received_at, series_freshness(&answer, now).as_str());
    respond(&app, &ask, depends_on, CachePolicy::Revalidate, table, None)
}

/// The ex-dates asked for, either of which may be open.
fn between(ask: &Ask) -> Result<(Option<Date>, Option<Date>), Problem> {
    let (from, to) = (ask.params.date("from")?, ask.params.date("to")?);
    if let Some((from, to)) = from.zip(to) {
        Span::dates(from, to).map_err(|error| Problem::parameter("from", error))?;
    }
    Ok((from, to))
}

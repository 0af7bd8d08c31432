use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{CachePolicy, Problem};
use market::{Freshness, Instrument};
use query::explain::explained;
use query::{Refusal, records};

use super::columns;
use super::figure::Answer;
use super::respond::{Writing, respond};
use crate::api::requests::{InstrumentParams, InstrumentsParams, SearchParams};
use crate::app::App;
use crate::ask::Ask;
use face::{ApiError, no_value};

/// `GET /marketpulse/v1/instruments`
pub(crate) async fn instruments(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<InstrumentsParams>,
) -> Result<Response, ApiError> {
    let writing = Writing::new(&request, params.form, params.fields, &columns::INSTRUMENTS)?;
    request.has_no_figures();
    let all = app.engine.instruments();
    let table = records::instruments(&app.engine, &all)?;
    let what = |it: &Instrument| format!("{it:?} {:?}", app.engine.identity(&it.symbol));
    let depends_on: Vec<String> = all.iter().map(what).collect();
    respond(&app, &writing, depends_on, CachePolicy::Revalidate, table, None)
}

/// `GET /marketpulse/v1/instruments/{symbol}`
pub(crate) async fn instrument(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<InstrumentParams>,
) -> Result<Response, ApiError> {
    let symbol = app.engine.canonical(&params.symbol);
    let entry = request.engine(&app).quotes(std::slice::from_ref(&symbol)).await.pop();
    let entry = entry.ok_or_else(Problem::internal)?;
    let known = app.engine.instruments().into_iter().any(|it| it.symbol == symbol);
    if entry.quote.is_none() && !known {
        let near = app.engine.near(&symbol);
        return Err(Refusal::no_history(symbol, entry.failures.clone(), near).into());
    }
    let body = records::instrument(&app.engine, &entry);
    let is_for_all = entry.freshness(app.engine.now()) == Freshness::Fresh;
    Ok(Answer { request: &request, cache: CachePolicy::OneSecond, is_for_all }.record(&app, body))
}

/// `GET /marketpulse/v1/search?q=`
pub(crate) async fn search(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<SearchParams>,
) -> Result<Response, ApiError> {
    let writing = Writing::new(&request, params.form, params.fields, &columns::FOUND)?;
    let found = request.engine(&app).search(&params.text).await;
    if found.instruments.is_empty() && found.failures.tells_of_spent_share() {
        let text = table::text::short(&params.text);
        let why = explained(&found.failures);
        let detail = format!("nothing that is known here is like {text:?}: {why}");
        return Err(no_value(&found.failures, detail).into());
    }
    let table = records::found(&params.text, &app.engine, &found)?;
    let what = |it: &Instrument| format!("{it:?} {:?}", app.engine.identity(&it.symbol));
    let depends_on: Vec<String> = found.instruments.iter().map(what).collect();
    let depends_on = (depends_on, found.failures.to_string());
    respond(&app, &writing, depends_on, CachePolicy::Revalidate, table, None)
}

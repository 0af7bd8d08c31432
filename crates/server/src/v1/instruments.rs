use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::reply::json;
use http::{CachePolicy, Problem};
use query::explain::explained;
use query::{Refusal, records};

use super::respond::{Writing, respond};
use crate::api::requests::{InstrumentParams, InstrumentsParams, SearchParams};
use crate::app::App;
use crate::ask::{Ask, Taken};
use crate::error::ApiError;

/// `GET /marketpulse/v1/instruments`
pub(crate) async fn instruments(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<InstrumentsParams>,
) -> Result<Response, ApiError> {
    let all = app.engine.instruments();
    let table = records::instruments(&all)?;
    let depends_on: Vec<String> = all.iter().map(|it| format!("{it:?}")).collect();
    let writing = Writing::new(&request, params.form, params.fields);
    respond(&app, &writing, depends_on, CachePolicy::Revalidate, table, None)
}

/// `GET /marketpulse/v1/instruments/{symbol}`
pub(crate) async fn instrument(
    State(app): State<Arc<App>>,
    Taken(params): Taken<InstrumentParams>,
) -> Result<Response, ApiError> {
    let symbol = app.engine.canonical(&params.symbol);
    let entry = app.engine.quotes(std::slice::from_ref(&symbol)).await.pop();
    let entry = entry.ok_or_else(Problem::internal)?;
    let known = app.engine.instruments().into_iter().any(|it| it.symbol == symbol);
    if entry.quote.is_none() && !known {
        let near = app.engine.near(&symbol);
        return Err(Refusal::no_history(symbol, entry.failures.clone(), near).into());
    }
    let engine = &app.engine;
    let (sources, aliases) = (engine.sources_of(&symbol), engine.aliases(&symbol));
    let body = records::instrument(&entry, &sources, &aliases, engine.now());
    Ok(json(CachePolicy::OneSecond, body))
}

/// `GET /marketpulse/v1/search?q=`
pub(crate) async fn search(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<SearchParams>,
) -> Result<Response, ApiError> {
    let found = app.engine.search(&params.text).await;
    let upstream = match found.failures.iter().next() {
        Some(_) => explained(&found.failures),
        None if app.engine.searches_upstream() => "ok".to_owned(),
        None => "none".to_owned(),
    };
    let table = records::found(&params.text, upstream, &found.instruments, found.known)?;
    let depends_on: Vec<String> = found.instruments.iter().map(|it| format!("{it:?}")).collect();
    let depends_on = (depends_on, found.failures.to_string());
    let writing = Writing::new(&request, params.form, params.fields);
    respond(&app, &writing, depends_on, CachePolicy::Revalidate, table, None)
}

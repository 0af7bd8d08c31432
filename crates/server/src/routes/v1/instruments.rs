use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use crate::api::operation;
use crate::app::App;
use crate::ask::Ask;
use crate::cache_policy::CachePolicy;
use crate::error::ApiError;
use crate::format::Head;
use crate::json::instrument as instrument_json;
use crate::json::told;
use crate::routes::json;
use crate::rows;
use crate::tabular::{Table, respond};

/// `GET /marketpulse/v1/instruments`
pub(crate) async fn instruments(
    State(app): State<Arc<App>>,
    ask: Ask,
) -> Result<Response, ApiError> {
    ask.accept(&operation::INSTRUMENTS)?;
    let all = app.engine.instruments();
    let rows = Arc::new(rows::instruments::instruments(&all, None));
    let table = Table {
        head: Head::of(&Nothing {}),
        name: "instruments",
        rows,
        constants: Vec::new(),
        next: None,
    };
    let depends_on: Vec<String> = all.iter().map(|it| format!("{it:?}")).collect();
    respond(&app, &ask, depends_on, CachePolicy::Revalidate, table)
}

/// `GET /marketpulse/v1/instruments/{symbol}`
pub(crate) async fn instrument(
    State(app): State<Arc<App>>,
    ask: Ask,
) -> Result<Response, ApiError> {
    ask.accept(&operation::INSTRUMENT)?;
    let symbol = app.engine.canonical(&ask.symbol()?);
    let entry = app.engine.quotes(std::slice::from_ref(&symbol)).await.pop();
    let entry = entry.ok_or(ApiError::Internal)?;
    let known = app.engine.instruments().into_iter().any(|it| it.symbol == symbol);
    if entry.quote.is_none() && !known {
        let near = app.engine.near(&symbol);
        return Err(ApiError::no_history(symbol, entry.failures.clone(), near));
    }
    let engine = &app.engine;
    let body = instrument_json(
        &entry,
        &engine.sources_of(&symbol),
        &engine.aliases(&symbol),
        engine.now(),
    );
    Ok(json(CachePolicy::OneSecond, body))
}

/// All is said in the rows.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Nothing {}

/// What is said once about all that was found.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct FoundHead<'a> {
    q: &'a str,
    /// Whether an upstream was heard: `ok`, `none` where there is none to ask,
    /// or why not.
    upstream: String,
}

/// `GET /marketpulse/v1/search?q=`
pub(crate) async fn search(State(app): State<Arc<App>>, ask: Ask) -> Result<Response, ApiError> {
    ask.accept(&operation::SEARCH)?;
    let text = ask.params.text("q").unwrap_or_default();
    let found = app.engine.search(text).await;
    let upstream = match found.failures.iter().next() {
        Some(_) => told(&found.failures),
        None if app.engine.searches_upstream() => "ok".to_owned(),
        None => "none".to_owned(),
    };
    let head = Head::of(&FoundHead { q: text, upstream });
    let rows = Arc::new(rows::instruments::instruments(&found.instruments, Some(found.known)));
    let table = Table { head, name: "instruments", rows, constants: Vec::new(), next: None };
    let depends_on: Vec<String> = found.instruments.iter().map(|it| format!("{it:?}")).collect();
    respond(&app, &ask, (depends_on, found.failures.to_string()), CachePolicy::Revalidate, table)
}

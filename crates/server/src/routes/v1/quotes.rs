use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::Entry;
use market::Symbol;
use serde::Serialize;

use crate::api::operation;
use crate::app::App;
use crate::ask::Ask;
use crate::cache_policy::CachePolicy;
use crate::error::ApiError;
use crate::format::Head;
use crate::rows;
use crate::tabular::{Table, respond};

/// What is said once about all quotes.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct QuotesHead {
    timestamp: jiff::Timestamp,
}

/// `GET /marketpulse/v1/quotes?symbols=`
pub(crate) async fn quotes(State(app): State<Arc<App>>, ask: Ask) -> Result<Response, ApiError> {
    ask.accept(&operation::QUOTES)?;
    let asked = ask.params.list("symbols");
    let symbols = asked.iter().map(|text| text.parse()).collect::<Result<Vec<Symbol>, _>>();
    let symbols = symbols.map_err(|error| ApiError::parameter("symbols", error.to_string()))?;
    answer(&app, &ask, &app.engine.quotes(&symbols).await)
}

/// `GET /marketpulse/v1/quotes/{symbol}`
///
/// # Errors
///
/// Where there is no price at all, as for history: one who asks for one thing
/// has not been given it by an empty row.
pub(crate) async fn quote(State(app): State<Arc<App>>, ask: Ask) -> Result<Response, ApiError> {
    ask.accept(&operation::QUOTE)?;
    let symbol = app.engine.canonical(&ask.symbol()?);
    let entries = app.engine.quotes(std::slice::from_ref(&symbol)).await;
    if let Some(entry) = entries.iter().find(|entry| entry.quote.is_none()) {
        let near = app.engine.near(&symbol);
        return Err(ApiError::no_history(symbol, entry.failures.clone(), near));
    }
    answer(&app, &ask, &entries)
}

fn answer(app: &App, ask: &Ask, entries: &[Arc<Entry>]) -> Result<Response, ApiError> {
    let now = app.engine.now();
    let head = Head::of(&QuotesHead { timestamp: now });
    let rows = Arc::new(rows::quotes::quotes(entries, now));
    let table = Table { head, name: "quotes", rows, constants: Vec::new(), next: None };
    respond(app, ask, (now, app.engine.board().version), CachePolicy::OneSecond, table)
}

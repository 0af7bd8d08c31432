use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::Entry;
use http::CachePolicy;
use http::Problem;
use market::Symbol;
use query::{Refusal, records};

use super::respond::respond;
use crate::api::operation;
use crate::app::App;
use crate::ask::Ask;
use crate::error::ApiError;

/// `GET /marketpulse/v1/quotes?symbols=`
pub(crate) async fn quotes(State(app): State<Arc<App>>, ask: Ask) -> Result<Response, ApiError> {
    ask.accept(&operation::QUOTES)?;
    let asked = ask.params.list("symbols");
    let symbols = asked.iter().map(|text| text.parse()).collect::<Result<Vec<Symbol>, _>>();
    let symbols = symbols.map_err(|error| Problem::parameter("symbols", error))?;
    answer(&app, &ask, &app.engine.quotes(&symbols).await)
}

/// `GET /marketpulse/v1/quotes/{symbol}`
///
/// # Errors
///
/// Where there is no price at all, as for history: a client that asks for one
/// thing has not been given it by an empty row.
pub(crate) async fn quote(State(app): State<Arc<App>>, ask: Ask) -> Result<Response, ApiError> {
    ask.accept(&operation::QUOTE)?;
    let symbol = app.engine.canonical(&ask.symbol()?);
    let entries = app.engine.quotes(std::slice::from_ref(&symbol)).await;
    if let Some(entry) = entries.iter().find(|entry| entry.quote.is_none()) {
        let near = app.engine.near(&symbol);
        return Err(Refusal::no_history(symbol, entry.failures.clone(), near).into());
    }
    answer(&app, &ask, &entries)
}

fn answer(app: &App, ask: &Ask, entries: &[Arc<Entry>]) -> Result<Response, ApiError> {
    let now = app.engine.now();
    let table = records::quote::quotes(entries, now)?;
    respond(app, ask, (now, app.engine.board().version), CachePolicy::OneSecond, table, None)
}

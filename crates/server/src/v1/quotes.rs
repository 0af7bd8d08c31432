use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::Entry;
use http::CachePolicy;
use query::{Refusal, records};

use super::respond::{Writing, respond};
use crate::api::requests::{QuoteParams, QuotesParams};
use crate::app::App;
use crate::ask::Ask;
use crate::error::ApiError;

/// `GET /marketpulse/v1/quotes?symbols=`
pub(crate) async fn quotes(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<QuotesParams>,
) -> Result<Response, ApiError> {
    let entries = app.engine.quotes(&params.symbols).await;
    answer(&app, &Writing::new(&request, params.form, params.fields), &entries)
}

/// `GET /marketpulse/v1/quotes/{symbol}`
///
/// # Errors
///
/// Where there is no price at all, as for history: a client that asks for one
/// thing has not been given it by an empty row.
pub(crate) async fn quote(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<QuoteParams>,
) -> Result<Response, ApiError> {
    let symbol = app.engine.canonical(&params.symbol);
    let entries = app.engine.quotes(std::slice::from_ref(&symbol)).await;
    if let Some(entry) = entries.iter().find(|entry| entry.quote.is_none()) {
        let near = app.engine.near(&symbol);
        return Err(Refusal::no_history(symbol, entry.failures.clone(), near).into());
    }
    answer(&app, &Writing::new(&request, params.form, params.fields), &entries)
}

fn answer(app: &App, writing: &Writing, entries: &[Arc<Entry>]) -> Result<Response, ApiError> {
    let now = app.engine.now();
    let table = records::quote::quotes(entries, now)?;
    respond(app, writing, (now, app.engine.board().version), CachePolicy::OneSecond, table, None)
}

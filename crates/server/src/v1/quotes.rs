use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::Entry;
use http::CachePolicy;
use market::Adjust;
use query::{PriceView, Refusal, records};

use super::respond::{Writing, respond};
use crate::api::requests::{QuoteParams, QuotesParams};
use crate::app::App;
use crate::as_of::{Retained, settled, view};
use crate::ask::Ask;
use crate::error::ApiError;

/// `GET /marketpulse/v1/quotes?symbols=`
pub(crate) async fn quotes(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<QuotesParams>,
) -> Result<Response, ApiError> {
    let view = view(&app, &request, Adjust::Splits, params.known_at, Retained::Quotes)?;
    let entries = view.quotes(&app.engine, &params.symbols).await?;
    answer(&app, &Writing::new(&request, params.form, params.fields), view, &entries)
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
    let view = view(&app, &request, Adjust::Splits, params.known_at, Retained::Quotes)?;
    let entries = view.quotes(&app.engine, std::slice::from_ref(&symbol)).await?;
    let is_absent = |entry: &&Arc<Entry>| entry.quote.is_none() && !entry.was_made_up;
    if let Some(entry) = entries.iter().find(is_absent) {
        let near = app.engine.near(&symbol);
        return Err(Refusal::no_history(symbol, entry.failures.clone(), near).into());
    }
    answer(&app, &Writing::new(&request, params.form, params.fields), view, &entries)
}

fn answer(
    app: &App,
    writing: &Writing,
    view: PriceView,
    entries: &[Arc<Entry>],
) -> Result<Response, ApiError> {
    let now = view.now(&app.engine);
    let table = records::quote::quotes(entries, now)?;
    let depends_on = (app.engine.now(), app.engine.board().version);
    let cache = settled(app, view.known_at, Retained::Quotes).unwrap_or(CachePolicy::OneSecond);
    respond(app, writing, depends_on, cache, table, None)
}

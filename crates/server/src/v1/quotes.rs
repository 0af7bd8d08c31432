use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::Entry;
use http::{CachePolicy, Problem};
use market::Adjust;
use query::{PriceView, Refusal, Retained, records};

use super::respond::{Writing, respond};
use super::{columns, figure};
use crate::api::params::{self, PRICE};
use crate::api::requests::{QuoteParams, QuotesParams, ValueParams};
use crate::app::App;
use crate::as_of::{is_for_all, settled, view};
use crate::ask::Ask;
use face::ApiError;
use face::kinds::Shape;

/// `GET /marketpulse/v1/quotes?symbols=`
pub(crate) async fn quotes(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<QuotesParams>,
) -> Result<Response, ApiError> {
    let view = view(&app, &request, Adjust::Splits, params.known_at, Retained::Quotes)?;
    match (params.shape, &params.symbols[..]) {
        (Some(Shape::Value), [symbol]) => {
            let field = one_field(params.fields.as_deref())?;
            let symbol = app.engine.canonical(symbol);
            let entry = view.quote(&request.engine(&app), &symbol).await?;
            figure::of_quote(&app, &request, view, &entry, (field, cache(&app, view)))
        }
        (Some(Shape::Value), symbols) => {
            let fault = format!("value is one figure, not {}; name one symbol", symbols.len());
            Err(params::QUOTE_FORMAT.refused(fault).into())
        }
        (shape, symbols) => {
            let form = shape.and_then(Shape::form);
            let writing = Writing::new(&request, form, params.fields, &columns::QUOTES)?;
            let entries = view.quotes(&request.engine(&app), symbols).await?;
            if let Some(spent) = nothing_but_spent(&app, &entries) {
                return Err(spent.into());
            }
            answer(&app, writing, view, &entries)
        }
    }
}

/// `GET /marketpulse/v1/quotes/{symbol}`
pub(crate) async fn quote(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<QuoteParams>,
) -> Result<Response, ApiError> {
    let symbol = app.engine.canonical(&params.symbol);
    let view = view(&app, &request, Adjust::Splits, params.known_at, Retained::Quotes)?;
    if params.shape == Some(Shape::Value) {
        let field = one_field(params.fields.as_deref())?;
        let entry = view.quote(&request.engine(&app), &symbol).await?;
        return figure::of_quote(&app, &request, view, &entry, (field, cache(&app, view)));
    }
    let form = params.shape.and_then(Shape::form);
    let writing = Writing::new(&request, form, params.fields, &columns::QUOTES)?;
    let entry = view.quote(&request.engine(&app), &symbol).await?;
    answer(&app, writing, view, &[entry])
}

/// `GET /marketpulse/v1/value/{symbol}`
pub(crate) async fn value(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<ValueParams>,
) -> Result<Response, ApiError> {
    let symbol = app.engine.canonical(&params.symbol);
    let view = view(&app, &request, Adjust::Splits, params.known_at, Retained::Quotes)?;
    let known = table::place(&columns::QUOTES, &params.field);
    known.map_err(|error| params::VALUE_FIELD.refused(error))?;
    let entry = view.quote(&request.engine(&app), &symbol).await?;
    figure::of_quote(&app, &request, view, &entry, (&params.field, cache(&app, view)))
}

/// The price, or the one field that is named.
fn one_field(fields: Option<&str>) -> Result<&str, Problem> {
    let field = fields.unwrap_or(PRICE);
    let known = table::place(&columns::QUOTES, field);
    known.map(|_| field).map_err(|error| params::FIELDS.refused(error))
}

fn is_absent(entry: &Entry) -> bool {
    entry.quote.is_none() && !entry.was_made_up
}

/// Where of none there is a price, because the client has had its share of what
/// upstreams may be asked, that is what there is to say. Rows without prices are for
/// those that cannot be had.
fn nothing_but_spent(app: &App, entries: &[Arc<Entry>]) -> Option<Refusal> {
    let spent = entries.iter().find(|entry| entry.failures.tells_of_spent_share())?;
    let symbol = spent.instrument.symbol.clone();
    let near = app.engine.near(&symbol);
    let are_absent = entries.iter().all(|entry| is_absent(entry));
    are_absent.then(|| Refusal::no_history(symbol, spent.failures.clone(), near))
}

fn answer(
    app: &App,
    writing: Writing,
    view: PriceView,
    entries: &[Arc<Entry>],
) -> Result<Response, ApiError> {
    let now = view.now(&app.engine);
    let cache = cache(app, view);
    let are_for_all = entries.iter().all(|entry| is_for_all(view, entry.freshness(now), cache));
    let writing = writing.for_all(are_for_all);
    let table = records::quote::quotes(entries, now)?;
    // What was shown at an instant does not depend on the present one.
    let present = view.known_at.is_none().then(|| app.engine.now());
    let depends_on = (present, app.engine.board().version);
    respond(app, &writing, depends_on, cache, table, None)
}

/// How long others may keep what is told of quotes.
fn cache(app: &App, view: PriceView) -> CachePolicy {
    settled(app, view.known_at, Retained::Quotes).unwrap_or(CachePolicy::OneSecond)
}

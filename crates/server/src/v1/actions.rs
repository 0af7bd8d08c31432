use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{CachePolicy, Problem};
use market::{Adjust, Span, series_freshness};
use query::records;

use super::respond::{Writing, respond};
use crate::api::params;
use crate::api::requests::ActionsParams;
use crate::app::App;
use crate::as_of::{Retained, settled, view};
use crate::ask::Ask;
use crate::error::ApiError;

/// `GET /marketpulse/v1/actions/{symbol}`
pub(crate) async fn actions(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<ActionsParams>,
) -> Result<Response, ApiError> {
    check_dates(&params)?;
    let symbol = app.engine.canonical(&params.symbol);
    let view = view(&app, &request, Adjust::Splits, params.known_at, Retained::Bars)?;
    let answer = view.actions(&app.engine, &symbol).await?;
    let now = view.now(&app.engine);
    let cache = settled(&app, view.known_at, Retained::Bars).unwrap_or(CachePolicy::Revalidate);
    let table = records::action::table(&answer, (params.from, params.to), now)?;
    let depends_on =
        (answer.kept.revision, answer.received_at, series_freshness(&answer, now).as_str());
    let writing = Writing::new(&request, params.form, params.fields);
    respond(&app, &writing, depends_on, cache, table, None)
}

/// Either of the two may be open.
fn check_dates(asked: &ActionsParams) -> Result<(), Problem> {
    let Some((from, to)) = asked.from.zip(asked.to) else { return Ok(()) };
    Span::dates(from, to).map(drop).map_err(|error| params::FROM.refused(error))
}

use std::sync::Arc;

use axum::extract::State;
use axum::http::uri::PathAndQuery;
use axum::response::Response;
use http::CachePolicy;
use http::reply::{Encoded, JSON};
use market::{Adjust, HistoryQuery};
use query::PriceView;
use query::history::{locate, span};

use crate::api::requests::HistoryParams;
use crate::app::App;
use crate::as_of::{Retained, settled, view};
use crate::ask::{Ask, version};
use crate::error::ApiError;

/// `GET /marketpulse/history?symbol=&period=|from=&to=&interval=`
pub(crate) async fn history(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<HistoryParams>,
) -> Result<Response, ApiError> {
    let view = view(&app, &request, Adjust::Splits, params.known_at, Retained::Bars)?;
    let question = question(&app, view, params).await?;
    let answer = view.answer(&app.engine, &question).await?;
    let now = view.now(&app.engine);
    // Its timestamp and age are whole seconds.
    let version =
        version((answer.kept.revision, answer.received_at, answer.superseded, now.as_second()));
    let key = request.uri.path_and_query().map_or("", PathAndQuery::as_str);
    let encoded = app.replies.get(key, version, || {
        Ok::<_, ApiError>(Encoded::new(JSON, query::records::history(&answer, now), now))
    })?;
    let cache = settled(&app, view.known_at, Retained::Bars).unwrap_or(CachePolicy::Revalidate);
    Ok(encoded.respond(cache, &request.headers))
}

/// The question that the parameters ask; the period is the one in the settings
/// where they name none.
async fn question(
    app: &App,
    view: PriceView,
    params: HistoryParams,
) -> Result<HistoryQuery, ApiError> {
    let HistoryParams { symbol, period, interval, from, to, .. } = params;
    let symbol = app.engine.canonical(&symbol);
    if view.known_at.is_none() {
        locate(&app.engine, std::slice::from_ref(&symbol), (from, to)).await;
    }
    let today = || view.today(&app.engine, &symbol);
    let span = span(period, (from, to), app.config.default_period, today)?;
    Ok(HistoryQuery { symbol, interval, span, source: None })
}

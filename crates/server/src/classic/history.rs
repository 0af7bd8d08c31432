use std::sync::Arc;

use axum::extract::State;
use axum::http::uri::PathAndQuery;
use axum::response::Response;
use engine::Engine;
use http::CachePolicy;
use http::reply::{Encoded, JSON};
use market::{Adjust, HistoryQuery, series_freshness};
use query::history::{check, locate};
use query::{PriceView, Retained};

use crate::api::requests::HistoryParams;
use crate::app::App;
use crate::as_of::{is_for_all, settled, view};
use crate::ask::{Ask, version};
use face::ApiError;

/// `GET /marketpulse/history?symbol=&period=|from=&to=&interval=`
pub(crate) async fn history(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<HistoryParams>,
) -> Result<Response, ApiError> {
    let view = view(&app, &request, Adjust::Splits, params.known_at, Retained::Bars)?;
    let view = view.between((params.from, params.to), params.interval);
    let engine = request.engine(&app);
    let question = question(&app, &engine, view, params).await?;
    let answer = view.answer(&engine, &question).await?;
    let now = view.now(&app.engine);
    // Its timestamp and age are whole seconds.
    let version =
        version((answer.kept.revision, answer.received_at, answer.superseded, now.as_second()));
    let key = request.uri.path_and_query().map_or("", PathAndQuery::as_str);
    let encoded = app.replies.get(key, version, || {
        Ok::<_, ApiError>(Encoded::new(
            JSON,
            query::records::history(&answer, view.opened, now),
            now,
        ))
    })?;
    let cache = settled(&app, view.known_at, Retained::Bars).unwrap_or(CachePolicy::Revalidate);
    let asked = &request.headers;
    Ok(if is_for_all(view, series_freshness(&answer, now), cache) {
        encoded.respond_to_all(cache, asked)
    } else {
        encoded.respond(cache, asked)
    })
}

/// The question that the parameters ask; the period is the one in the settings
/// where they name none.
async fn question(
    app: &App,
    engine: &Engine,
    view: PriceView,
    params: HistoryParams,
) -> Result<HistoryQuery, ApiError> {
    let HistoryParams { symbol, period, interval, from, to, .. } = params;
    let symbol = app.engine.canonical(&symbol);
    check(period, (from, to))?;
    if view.known_at.is_none() {
        locate(engine, std::slice::from_ref(&symbol), (from, to)).await;
    }
    let default = app.config.default_period;
    let span = view.span(&app.engine, &symbol, (period, (from, to)), default)?;
    Ok(HistoryQuery { symbol, interval, span, source: None })
}

use std::sync::Arc;

use axum::extract::State;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use http::CachePolicy;
use http::reply::{Encoded, JSON};
use market::{HistoryQuery, Interval, Symbol};
use query::history::{answer, span, today};

use crate::api::operation;
use crate::app::App;
use crate::ask::version;
use crate::error::ApiError;
use crate::params::Params;

/// `GET /marketpulse/history?symbol=&period=|from=&to=&interval=`
pub(crate) async fn history(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, ApiError> {
    let question = question(&app, &params)?;
    let answer = answer(&app.engine, &question).await?;
    let now = app.engine.now();
    // Its timestamp and age are whole seconds.
    let version = version((answer.received_at, answer.superseded, now.as_second()));
    let key = uri.path_and_query().map_or("", PathAndQuery::as_str);
    let encoded = app.replies.get(key, version, || {
        Ok::<_, ApiError>(Encoded::new(JSON, query::records::history(&answer, now), now))
    })?;
    Ok(encoded.respond(CachePolicy::Revalidate, &headers))
}

/// Reads the question from the parameters, with the defaults of the original
/// service: CAC 40, the default period, daily bars.
pub(crate) fn question(app: &App, params: &Params) -> Result<HistoryQuery, ApiError> {
    params.accept(&operation::HISTORY)?;
    let asked: Option<Symbol> = params.read("symbol")?;
    let symbol = asked.unwrap_or_else(|| "CAC40".parse().expect("a symbol of ours"));
    let symbol = app.engine.canonical(&symbol);
    let interval = params.read("interval")?.unwrap_or(Interval::D1);
    let (period, dates) = (params.read("period")?, (params.date("from")?, params.date("to")?));
    let span = span(period, dates, app.config.default_period, || today(&app.engine, &symbol))?;
    Ok(HistoryQuery { symbol, interval, span, source: None })
}

use std::sync::Arc;

use axum::extract::State;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use engine::Engine;
use jiff::civil::Date;
use market::{HistoryQuery, HistoryResult, Interval, Period, Span, Symbol};

use crate::api::operation;
use crate::app::App;
use crate::ask::version;
use crate::cache_policy::CachePolicy;
use crate::error::ApiError;
use crate::params::Params;
use crate::reply::{Encoded, JSON};

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
    // Its timestamp and age are told to the second.
    let version = version((answer.received_at, answer.superseded, now.as_second()));
    let key = uri.path_and_query().map_or("", PathAndQuery::as_str);
    let encoded = app.hot.get(key, version, || {
        Ok::<_, ApiError>(Encoded::new(JSON, crate::json::history(&answer, now), now))
    })?;
    Ok(encoded.respond(CachePolicy::Revalidate, &headers))
}

/// Asks the engine; an absence becomes what it means to the reader.
pub(crate) async fn answer(
    engine: &Engine,
    question: &HistoryQuery,
) -> Result<Arc<HistoryResult>, ApiError> {
    engine.history(question).await.map_err(|failures| {
        let symbol = question.symbol.clone();
        let near = engine.near(&symbol);
        ApiError::no_history(symbol, failures, near)
    })
}

/// Reads the question from the parameters, with the defaults of the original
/// service: CAC 40, the default period, daily bars.
pub(crate) fn question(app: &App, params: &Params) -> Result<HistoryQuery, ApiError> {
    params.accept(&operation::HISTORY)?;
    let asked: Option<Symbol> = params.read("symbol")?;
    let symbol = asked.unwrap_or_else(|| "CAC40".parse().expect("a symbol of ours"));
    let symbol = app.engine.canonical(&symbol);
    let interval = params.read("interval")?.unwrap_or(Interval::D1);
    let span = span(params, app.config.default_period, || today(&app.engine, &symbol))?;
    Ok(HistoryQuery { symbol, interval, span, source: None })
}

/// The stretch asked for. `today` ends one that has a beginning only.
pub(crate) fn span(
    params: &Params,
    default: Period,
    today: impl FnOnce() -> Date,
) -> Result<Span, ApiError> {
    let period: Option<Period> = params.read("period")?;
    match (period, params.date("from")?, params.date("to")?) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
            Err(ApiError::parameter("period", "use either period, or from and to, not both"))
        }
        (None, None, Some(_)) => {
            Err(ApiError::parameter("to", "needs from as well, such as from=2024-01-01"))
        }
        (None, Some(from), to) => Span::dates(from, to.unwrap_or_else(today))
            .map_err(|error| ApiError::parameter("from", error.to_string())),
        (period, None, None) => Ok(Span::Period(period.unwrap_or(default))),
    }
}

/// The present date where the instrument trades.
pub(crate) fn today(engine: &Engine, symbol: &Symbol) -> Date {
    let zone = engine.instrument(symbol).zone();
    engine.now().to_zoned(zone).date()
}

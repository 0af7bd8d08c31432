use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::Engine;
use http::{CachePolicy, Problem};
use jiff::SignedDuration;
use market::{Adjust, Freshness, HistoryQuery, Interval, Source, Span, Symbol, series_lifetime};
use query::history::{span, today};
use query::{Bars, Indicators, Order, Page, PriceView};

use super::respond::{cached, respond};
use crate::api::operation;
use crate::app::App;
use crate::ask::Ask;
use crate::error::ApiError;
use crate::params::Params;

/// `GET /marketpulse/v1/bars/{symbol}`
pub(crate) async fn bars(State(app): State<Arc<App>>, ask: Ask) -> Result<Response, ApiError> {
    ask.accept(&operation::BARS)?;
    let question = question(&app, &ask.params, &ask.symbol()?)?;
    let bars = Bars::ask(&app.engine, &question, view(&ask.params)?).await?;
    let depends_on = (bars.answer.received_at, bars.freshness.as_str(), bars.answer.series.len());
    let cache = cache(&app.engine, &bars);
    if let Some(response) = cached(&app, &ask, depends_on, cache)? {
        return Ok(response);
    }
    let series = bars.series(&app.engine).await?;
    let Indicators(indicators) = ask.params.read("indicators")?.unwrap_or_default();
    let (limit, cursor) = (ask.params.read("limit")?, ask.params.cursor()?);
    let page = Page::of(&series, limit, cursor, order(&ask.params));
    let next = page.next(&series).map(|at| ask.with("cursor", &at.to_string()));
    let table = bars.table(series, page, indicators, next.clone()).await?;
    respond(&app, &ask, depends_on, cache, table, next.as_deref())
}

/// How the prices are to be seen.
pub(super) fn view(params: &Params) -> Result<PriceView, Problem> {
    let adjust = params.read("adjust")?.unwrap_or(Adjust::Splits);
    Ok(PriceView { adjust, known_at: params.read("as_of")? })
}

/// Which row comes first.
pub(super) fn order(params: &Params) -> Order {
    if params.text("order") == Some("desc") { Order::NewestFirst } else { Order::OldestFirst }
}

/// What was known at an instant does not change. What is known now is good until
/// it would be asked for anew, or its last bar has moved.
pub(super) fn cache(engine: &Engine, bars: &Bars) -> CachePolicy {
    if bars.view.known_at.is_some() {
        return CachePolicy::Settled(SignedDuration::from_hours(365 * 24));
    }
    let answer = &bars.answer;
    if engine.is_growing(answer) {
        return CachePolicy::OneSecond;
    }
    let now = engine.now();
    let rest = series_lifetime(answer, now) - now.duration_since(answer.received_at);
    match (bars.freshness, answer.question.span) {
        (Freshness::Fresh, Span::Dates { .. }) if rest > SignedDuration::from_hours(1) => {
            CachePolicy::Settled(rest)
        }
        (Freshness::Fresh, _) => CachePolicy::For(rest),
        _ => CachePolicy::OneSecond,
    }
}

/// The question about one symbol that the parameters ask.
pub(super) fn question(
    app: &App,
    params: &Params,
    symbol: &Symbol,
) -> Result<HistoryQuery, ApiError> {
    let symbol = app.engine.canonical(symbol);
    let interval = params.read("interval")?.unwrap_or(Interval::D1);
    let (period, dates) = (params.read("period")?, (params.date("from")?, params.date("to")?));
    let span = span(period, dates, app.config.default_period, || today(&app.engine, &symbol))?;
    let source = params.text("source").map(Source::new);
    let is_none = |source: &&Source| !app.engine.sources_of(&symbol).contains(source);
    if let Some(source) = source.as_ref().filter(is_none) {
        return Err(not_a_source(app, &symbol, source).into());
    }
    Ok(HistoryQuery { symbol, interval, span, source })
}

fn not_a_source(app: &App, symbol: &Symbol, source: &Source) -> Problem {
    let sources = app.engine.sources_of(symbol);
    let names: Vec<&str> = sources.iter().map(Source::as_str).collect();
    let fault =
        format!("{source} is not a source of {symbol}; its sources are {}", names.join(", "));
    Problem::parameter("source", fault)
}

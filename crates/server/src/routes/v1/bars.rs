use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::Engine;
use jiff::{SignedDuration, Timestamp};
use market::{
    Adjust, Freshness, HistoryQuery, HistoryResult, Indicator, Series, Source, Span, Symbol,
    series_freshness, series_lifetime,
};

use crate::adjusted::Wanted;
use crate::api::operation;
use crate::app::App;
use crate::ask::Ask;
use crate::cache_policy::CachePolicy;
use crate::error::ApiError;
use crate::format::{Head, Rows};
use crate::indicators::Indicators;
use crate::json::bars::BarsHead;
use crate::paging::Page;
use crate::params::Params;
use crate::routes::history::{span, today};
use crate::rows::bars::BarRows;
use crate::rows::indicated::Indicated;
use crate::tabular::{Table, kept, respond};

/// `GET /marketpulse/v1/bars/{symbol}`
pub(crate) async fn bars(State(app): State<Arc<App>>, ask: Ask) -> Result<Response, ApiError> {
    ask.accept(&operation::BARS)?;
    let wanted = Wanted::read(&ask.params)?;
    let question = question(&app, &ask.params, &ask.symbol()?)?;
    let told = wanted.told(&app.engine, &question).await?;
    let now = wanted.now(&app.engine);
    let freshness = series_freshness(&told, now);
    let depends_on = (told.received_at, freshness.as_str(), told.series.len());
    let cache = wanted.cache(&app.engine, &told, freshness, now);
    if let Some(response) = kept(&app, &ask, depends_on, cache)? {
        return Ok(response);
    }
    let series = Arc::new(wanted.adjusted(&app.engine, &told).await?);
    let Indicators(indicators) = ask.params.read("indicators")?.unwrap_or_default();
    let page = Page::read(&ask.params, &series)?;
    let next = page.next(&series).map(|at| ask.with("cursor", &at.to_string()));
    let head = BarsHead::new(&told, wanted.adjust, wanted.as_of, freshness, next.clone())
        .with(&indicators);
    let table = Table {
        constants: head.constants(),
        next,
        head: Head::of(&head),
        name: "bars",
        rows: rows(series, page, indicators).await?,
    };
    respond(&app, &ask, depends_on, cache, table)
}

/// Long averages over a million bars take seconds, in which others must be served.
async fn rows(
    series: Arc<Series>,
    page: Page,
    indicators: Vec<Indicator>,
) -> Result<Arc<dyn Rows>, ApiError> {
    if indicators.is_empty() {
        return Ok(Arc::new(BarRows::new(series, page)));
    }
    let computed =
        tokio::task::spawn_blocking(move || Indicated::new(series, page, &indicators)).await;
    Ok(Arc::new(computed.map_err(|_| ApiError::Internal)?))
}

impl Wanted {
    pub(super) fn read(params: &Params) -> Result<Self, ApiError> {
        let adjust = params.read("adjust")?.unwrap_or(Adjust::Splits);
        Ok(Self { adjust, as_of: params.read("as_of")? })
    }

    /// What was known at an instant does not change. What is known now is good
    /// until it would be asked for anew, or its last bar has moved.
    pub(super) fn cache(
        self,
        engine: &Engine,
        told: &HistoryResult,
        freshness: Freshness,
        now: Timestamp,
    ) -> CachePolicy {
        if self.as_of.is_some() {
            return CachePolicy::Settled(SignedDuration::from_hours(365 * 24));
        }
        if engine.is_growing(told) {
            return CachePolicy::OneSecond;
        }
        let rest = series_lifetime(told, now) - now.duration_since(told.received_at);
        match (freshness, told.question.span) {
            (Freshness::Fresh, Span::Dates { .. }) if rest > SignedDuration::from_hours(1) => {
                CachePolicy::Settled(rest)
            }
            (Freshness::Fresh, _) => CachePolicy::For(rest),
            _ => CachePolicy::OneSecond,
        }
    }
}

/// The question about one symbol that the parameters ask.
pub(super) fn question(
    app: &App,
    params: &Params,
    symbol: &Symbol,
) -> Result<HistoryQuery, ApiError> {
    let symbol = app.engine.canonical(symbol);
    let interval = params.read("interval")?.unwrap_or(market::Interval::D1);
    let span = span(params, app.config.default_period, || today(&app.engine, &symbol))?;
    let source = params.text("source").map(Source::new);
    let is_none = |source: &&Source| !app.engine.sources_of(&symbol).contains(source);
    if let Some(source) = source.as_ref().filter(is_none) {
        return Err(not_a_source(app, &symbol, source));
    }
    Ok(HistoryQuery { symbol, interval, span, source })
}

fn not_a_source(app: &App, symbol: &Symbol, source: &Source) -> ApiError {
    let sources = app.engine.sources_of(symbol);
    let names: Vec<&str> = sources.iter().map(Source::as_str).collect();
    let fault =
        format!("{source} is not a source of {symbol}; its sources are {}", names.join(", "));
    ApiError::parameter("source", fault)
}

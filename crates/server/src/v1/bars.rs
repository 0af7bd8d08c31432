use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::Engine;
use http::{CachePolicy, Problem};
use market::{
    Freshness, HistoryQuery, Indicator, Interval, Period, Source, Symbol, series_lifetime,
};
use query::history::{Bounds, check, locate};
use query::records::bar::figures_of;
use query::{Bars, Page, PriceView, Retained};
use table::Column;

use super::columns::BARS;
use super::respond::{Writing, cached, respond};
use crate::api::params::{self, Repair};
use crate::api::requests::BarsParams;
use crate::app::App;
use crate::as_of::{is_for_all, settled, view};
use crate::ask::Ask;
use face::ApiError;

/// `GET /marketpulse/v1/bars/{symbol}`
pub(crate) async fn bars(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<BarsParams>,
) -> Result<Response, ApiError> {
    let (interval, bounds) = (params.interval, (params.from, params.to));
    let view = view(&app, &request, params.adjust, params.known_at, Retained::Bars)?;
    let view = view.between(bounds, interval).as_published(params.repair == Repair::Off);
    let indicators = params.indicators.unwrap_or_default().0;
    let columns = columns(&indicators);
    let writing = Writing::new(&request, params.form, params.fields, &columns)?;
    let stretch = Stretch { interval, period: params.period, bounds, source: params.source };
    let engine = request.engine(&app);
    stretch.locate(&app, &engine, std::slice::from_ref(&params.symbol), view).await?;
    let question = stretch.of(&app, view, &params.symbol)?;
    let bars = Bars::ask(&engine, &question, view).await?;
    let depends_on = bars.version();
    let cache = cache(&app, &bars);
    let writing = writing.for_all(is_for_all(view, bars.freshness, cache));
    if let Some(response) = cached(&app, &writing, depends_on.clone(), cache) {
        return Ok(response);
    }
    let series = bars.series(&engine).await?;
    let page = Page::of(&series, params.limit, params.cursor, params.order);
    let next = page.next(&series).map(|at| request.with(&params::CURSOR, &at.to_string()));
    let table = bars.table(series, page, indicators, next.clone()).await?;
    respond(&app, &writing, depends_on, cache, table, next.as_deref())
}

/// Those of bars, and of indicators beside them.
fn columns(indicators: &[Indicator]) -> Cow<'static, [Column]> {
    if indicators.is_empty() {
        return Cow::Borrowed(&BARS);
    }
    BARS.iter().cloned().chain(figures_of(indicators)).collect()
}

/// What was known at an instant does not change. What is known now is good until
/// it would be asked for anew, or its last bar has moved.
pub(super) fn cache(app: &App, bars: &Bars) -> CachePolicy {
    if let Some(settled) = settled(app, bars.view.known_at, Retained::Bars) {
        return settled;
    }
    let engine = &app.engine;
    let answer = &bars.answer;
    if engine.is_growing(answer) {
        return CachePolicy::OneSecond;
    }
    let now = engine.now();
    let rest = series_lifetime(answer, now) - now.duration_since(answer.received_at);
    match bars.freshness {
        Freshness::Fresh => CachePolicy::For(rest),
        _ => CachePolicy::OneSecond,
    }
}

/// Which bars of a symbol are asked for, and whose.
pub(super) struct Stretch {
    pub(super) interval: Interval,
    pub(super) period: Option<Period>,
    pub(super) bounds: Bounds,
    pub(super) source: Option<Source>,
}

impl Stretch {
    /// Has it known where symbols trade, if the question needs it. What was known
    /// at an instant is no question to anybody.
    ///
    /// # Errors
    ///
    /// What can be seen to be wrong before anybody is asked.
    pub(super) async fn locate(
        &self,
        app: &App,
        engine: &Engine,
        symbols: &[Symbol],
        view: PriceView,
    ) -> Result<(), ApiError> {
        check(self.period, self.bounds)?;
        symbols.iter().try_for_each(|symbol| self.check_source(app, symbol))?;
        if view.known_at.is_none() {
            locate(engine, symbols, self.bounds).await;
        }
        Ok(())
    }

    fn check_source(&self, app: &App, symbol: &Symbol) -> Result<(), Problem> {
        let symbol = app.engine.canonical(symbol);
        let is_none = |source: &&Source| !app.engine.sources_of(&symbol).contains(source);
        let wrong = self.source.as_ref().filter(is_none);
        wrong.map_or(Ok(()), |source| Err(not_a_source(app, &symbol, source)))
    }

    /// The question about one symbol.
    pub(super) fn of(
        &self,
        app: &App,
        view: PriceView,
        symbol: &Symbol,
    ) -> Result<HistoryQuery, ApiError> {
        let symbol = app.engine.canonical(symbol);
        let (asked, default) = ((self.period, self.bounds), app.config.default_period);
        let span = view.span(&app.engine, &symbol, asked, default)?;
        Ok(HistoryQuery { symbol, interval: self.interval, span, source: self.source.clone() })
    }
}

fn not_a_source(app: &App, symbol: &Symbol, source: &Source) -> Problem {
    let sources = app.engine.sources_of(symbol);
    let names: Vec<&str> = sources.iter().map(Source::as_str).collect();
    let all = names.join(", ");
    params::SOURCE
        .refused(format_args!("{source} is not a source of {symbol}; its sources are {all}"))
}

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{CachePolicy, Problem};
use jiff::civil::Date;
use market::{Freshness, HistoryQuery, Interval, Period, Source, Symbol, series_lifetime};
use query::history::{locate, span};
use query::{Bars, Page, PriceView};

use super::respond::{Writing, cached, respond};
use crate::api::params;
use crate::api::requests::BarsParams;
use crate::app::App;
use crate::as_of::{Retained, settled, view};
use crate::ask::Ask;
use crate::error::ApiError;

/// `GET /marketpulse/v1/bars/{symbol}`
pub(crate) async fn bars(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<BarsParams>,
) -> Result<Response, ApiError> {
    let (interval, dates) = (params.interval, (params.from, params.to));
    let view = view(&app, &request, params.adjust, params.known_at, Retained::Bars)?;
    let stretch = Stretch { interval, period: params.period, dates, source: params.source };
    stretch.locate(&app, std::slice::from_ref(&params.symbol), view).await;
    let question = stretch.of(&app, view, &params.symbol)?;
    let bars = Bars::ask(&app.engine, &question, view).await?;
    let depends_on = bars.version();
    let cache = cache(&app, &bars);
    let writing = Writing::new(&request, params.form, params.fields);
    if let Some(response) = cached(&app, &writing, depends_on, cache)? {
        return Ok(response);
    }
    let series = bars.series(&app.engine).await?;
    let page = Page::of(&series, params.limit, params.cursor, params.order);
    let next = page.next(&series).map(|at| request.with(&params::CURSOR, &at.to_string()));
    let indicators = params.indicators.unwrap_or_default().0;
    let table = bars.table(series, page, indicators, next.clone()).await?;
    respond(&app, &writing, depends_on, cache, table, next.as_deref())
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
    pub(super) dates: (Option<Date>, Option<Date>),
    pub(super) source: Option<Source>,
}

impl Stretch {
    /// Has it known where symbols trade, if the question needs it. What was known
    /// at an instant is no question to anybody.
    pub(super) async fn locate(&self, app: &App, symbols: &[Symbol], view: PriceView) {
        if view.known_at.is_none() {
            locate(&app.engine, symbols, self.dates).await;
        }
    }

    /// The question about one symbol.
    pub(super) fn of(
        &self,
        app: &App,
        view: PriceView,
        symbol: &Symbol,
    ) -> Result<HistoryQuery, ApiError> {
        let symbol = app.engine.canonical(symbol);
        let today = || view.today(&app.engine, &symbol);
        let span = span(self.period, self.dates, app.config.default_period, today)?;
        let is_none = |source: &&Source| !app.engine.sources_of(&symbol).contains(source);
        if let Some(source) = self.source.as_ref().filter(is_none) {
            return Err(not_a_source(app, &symbol, source).into());
        }
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

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::kinds::{Custom, OneOf, Optional, one_of};
use http::{AnyParam, Given, Param, Params};
use jiff::SignedDuration;
use jiff::civil::Date;
use market::{
    Adjust, Freshness, HistoryQuery, HistoryResult, Interval, Period, Span, Symbol,
    series_freshness,
};
use query::history::{answer, locate, span, today};
use query::{Indicators, PriceView};

use super::{StatusCode, page};
use crate::api::kinds::{self, SymbolTexts};
use crate::api::params as p;
use crate::app::App;
use crate::error::ApiError;
use crate::pages::{self, Drawn, HistoryView, Message};

type Words = Param<Optional<OneOf<&'static str>>>;

const INTERVAL: Param<Optional<Custom<Interval>>> = Param::query(
    p::INTERVAL.name,
    Optional(kinds::INTERVAL),
    "1d",
    "How long a bar is; one that suits the stretch if not given.",
);
const ADJUST: Param<Optional<OneOf<Adjust>>> = Param::query(
    p::ADJUST.name,
    Optional(kinds::ADJUST),
    "all",
    "What prices are adjusted for; as they are held if not given.",
);
const TYPE: Words =
    Param::query("type", Optional(one_of(&Drawn::TYPES)), "line", "How prices are drawn.");
const SCALE: Words =
    Param::query("scale", Optional(one_of(&Drawn::SCALES)), "log", "How prices are scaled.");
const VOLUME: Words =
    Param::query("volume", Optional(one_of(&["off"])), "off", "Leaves the volume out.");
const IND: Param<Optional<Custom<Indicators>>> = Param { name: "ind", ..p::INDICATORS };
const COMPARE: Param<Optional<SymbolTexts>> = Param::query(
    "compare",
    Optional(SymbolTexts(5)),
    "MSFT,CAC40",
    "Up to 5 symbols, separated by commas, that are set beside.",
);

http::params! {
    /// `GET /marketpulse/history/view`: the question, then how its answer is
    /// drawn. The latter is only checked here: the page is written with the texts.
    struct ViewParams {
        symbol: Symbol = p::SYMBOL,
        interval: Option<Interval> = INTERVAL,
        period: Option<Period> = p::PERIOD,
        from: Option<Date> = p::FROM,
        to: Option<Date> = p::TO,
        adjust: Option<Adjust> = ADJUST,
        _type: Option<&'static str> = TYPE,
        _scale: Option<&'static str> = SCALE,
        _volume: Option<&'static str> = VOLUME,
        _ind: Option<Indicators> = IND,
        _compare: Option<Vec<String>> = COMPARE,
    }
}

/// `GET /marketpulse/history/view`
///
/// What cannot be shown is said on the page, beside the form that may mend it.
pub(crate) async fn history(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Response {
    let given = Given::of(query.as_deref().unwrap_or_default(), []);
    let outcome = match given.as_ref().map(ViewParams::read) {
        Ok(Ok(params)) => shown(&app, params).await,
        Ok(Err(fault)) => Err(fault.into()),
        Err(fault) => Err(fault.clone().into()),
    };
    let outcome = outcome.map_err(Failed::new);
    let status = outcome.as_ref().map_or_else(|failed| failed.status, |_| StatusCode::OK);
    let simulated = outcome.as_ref().is_ok_and(|answer| answer.simulated);
    let view = history_view(&app, &given.unwrap_or_default(), outcome);
    page(&app, status, simulated, |shell| pages::history(shell, &view))
}

/// The bars asked for, adjusted as asked for.
async fn shown(app: &App, params: ViewParams) -> Result<Arc<HistoryResult>, ApiError> {
    let adjust = params.adjust;
    let found = answer(&app.engine, &viewed_question(app, params).await?).await?;
    let Some(adjust) = adjust else { return Ok(found) };
    let series = PriceView { adjust, known_at: None }.adjusted(&app.engine, &found).await?;
    Ok(Arc::new(HistoryResult { series, ..(*found).clone() }))
}

/// The question that an address asks. Where it names no interval, one is chosen
/// that shows the stretch in some hundred bars.
async fn viewed_question(app: &App, params: ViewParams) -> Result<HistoryQuery, ApiError> {
    let ViewParams { symbol, interval, period, from, to, .. } = params;
    let symbol = app.engine.canonical(&symbol);
    locate(&app.engine, std::slice::from_ref(&symbol), (from, to)).await;
    let today = || today(&app.engine, &symbol);
    // The form sends the period that was shown along with new dates.
    let period = period.filter(|_| from.is_none());
    let span = span(period, (from, to), app.config.default_period, today)?;
    let interval = interval.unwrap_or_else(|| fitting(&span));
    Ok(HistoryQuery { symbol, interval, span, source: None })
}

fn fitting(span: &Span) -> Interval {
    match *span {
        Span::Period(Period::Days(1 | 2)) => Interval::M5,
        Span::Period(Period::Days(3..=5)) => Interval::M30,
        Span::Period(Period::Max) => Interval::Wk1,
        Span::Dates { from, to } if from == to => Interval::M5,
        _ => Interval::D1,
    }
}

fn history_view(
    app: &App,
    given: &Given,
    outcome: Result<Arc<HistoryResult>, Failed>,
) -> HistoryView {
    let now = app.engine.now();
    let found = outcome.as_ref().ok();
    HistoryView {
        symbol_text: text(&p::SYMBOL, given).unwrap_or_default(),
        period_text: text(&p::PERIOD, given),
        usual_period: app.config.default_period.to_string(),
        dates: (text(&p::FROM, given), text(&p::TO, given)),
        interval_text: text(&INTERVAL, given),
        drawn: Drawn {
            adjust: text(&ADJUST, given),
            kind: text(&TYPE, given),
            scale: text(&SCALE, given),
            volume: text(&VOLUME, given),
            ind: text(&IND, given),
            compare: text(&COMPARE, given),
        },
        symbols: watched(app),
        freshness: found.map_or(Freshness::Missing, |answer| series_freshness(answer, now)),
        decimals: found.map_or(2, |answer| answer.instrument.price_decimals),
        age: found.map_or(SignedDuration::ZERO, |answer| now.duration_since(answer.received_at)),
        outcome: outcome.map_err(|failed| failed.message),
    }
}

/// A parameter as it was written, or its default, for the form to show again.
fn text(param: &AnyParam, given: &Given) -> Option<String> {
    param.text(given).or(param.default).map(str::to_owned)
}

fn watched(app: &App) -> Vec<(String, String)> {
    let board = app.engine.board();
    let instruments = board.entries.iter().map(|entry| &entry.instrument);
    instruments.map(|it| (it.symbol.to_string(), it.name.clone())).collect()
}

/// Why there is nothing to show.
struct Failed {
    status: StatusCode,
    message: Message,
}

impl Failed {
    fn new(error: ApiError) -> Self {
        let suggestions = error.near().iter().map(ToString::to_string).collect();
        let problem = error.into_problem();
        let message = Message {
            title: problem.title().to_owned(),
            detail: problem.detail().to_owned(),
            suggestions,
            is_about_interval: problem.about_parameter() == Some(INTERVAL.name),
        };
        Self { status: problem.status(), message }
    }
}

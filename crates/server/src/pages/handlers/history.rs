use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use engine::Engine;
use http::kinds::{Custom, OneOf, Optional, one_of};
use http::{AnyParam, Caller, Given, Param, Params};
use jiff::SignedDuration;
use market::{
    Adjust, Bound, Freshness, HistoryQuery, HistoryResult, Interval, Period, PreviousKind, Price,
    Quote, Span, Symbol, series_freshness,
};
use query::history::{answer, locate};
use query::{Indicators, PriceView};
use tokio::time::timeout;

use super::{FIRST_PAINT, StatusCode, page};
use crate::api::params as p;
use crate::app::App;
use crate::pages::{self, Drawn, HistoryView, Message, Outcome};
use face::ApiError;
use face::engine_for;
use face::kinds::{self, SymbolTexts};

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
        from: Option<Bound> = p::FROM,
        to: Option<Bound> = p::TO,
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
/// What cannot be shown is said on the page, beside the form that may mend it. The
/// page waits for no slow source: it says that it asks, and what it asked for is
/// there when it is asked for again.
pub(crate) async fn history(
    State(app): State<Arc<App>>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let engine = engine_for(&app.engine, &caller);
    let given = Given::of(query.as_deref().unwrap_or_default(), []);
    let (status, outcome) = outcome(&app, &engine, &given).await;
    let simulated = matches!(&outcome, Outcome::Answered(answer) if answer.simulated);
    let view = history_view(&app, &given, outcome);
    page(&app, &headers, status, simulated, |shell| pages::history(shell, &view))
}

async fn outcome(app: &App, engine: &Engine, given: &Given) -> (StatusCode, Outcome) {
    let found = match ViewParams::read(given) {
        Ok(params) => match timeout(FIRST_PAINT, shown(app, engine, params)).await {
            Ok(found) => found,
            Err(_) => return (StatusCode::OK, Outcome::Coming),
        },
        Err(fault) => Err(fault.into()),
    };
    match found {
        Ok(answer) => (StatusCode::OK, Outcome::Answered(answer)),
        Err(error) => refused(error),
    }
}

/// The bars asked for, adjusted as asked for.
async fn shown(
    app: &App,
    engine: &Engine,
    params: ViewParams,
) -> Result<Arc<HistoryResult>, ApiError> {
    let adjust = params.adjust;
    let found = answer(engine, &viewed_question(app, engine, params).await?).await?;
    let Some(adjust) = adjust else { return Ok(found) };
    let series = PriceView::of_all(adjust, None).adjusted(engine, &found).await?;
    Ok(Arc::new(HistoryResult { series, ..(*found).clone() }))
}

/// The question that an address asks. Where it names no interval, one is chosen
/// that shows the stretch in some hundred bars.
async fn viewed_question(
    app: &App,
    engine: &Engine,
    params: ViewParams,
) -> Result<HistoryQuery, ApiError> {
    let ViewParams { symbol, interval, period, from, to, .. } = params;
    let symbol = app.engine.canonical(&symbol);
    locate(engine, std::slice::from_ref(&symbol), (from, to)).await;
    // The form sends the period that was shown along with new dates.
    let period = period.filter(|_| from.is_none());
    // A page shows whole days.
    let view = PriceView::of_all(Adjust::Splits, None);
    let default = app.config.default_period;
    let span = view.span(&app.engine, &symbol, (period, (from, to)), default)?;
    let interval = interval.unwrap_or_else(|| fitting(&span));
    Ok(HistoryQuery { symbol, interval, span, source: None })
}

fn fitting(span: &Span) -> Interval {
    match *span {
        Span::Period(Period::Days(1 | 2)) => Interval::M5,
        Span::Period(Period::Days(3..=7)) => Interval::M30,
        Span::Period(Period::Max) => Interval::Wk1,
        Span::Dates { from, to } if from == to => Interval::M5,
        _ => Interval::D1,
    }
}

fn history_view(app: &App, given: &Given, outcome: Outcome) -> HistoryView {
    let now = app.engine.now();
    let found = outcome.answer();
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
        previous: found.and_then(|answer| previous_close(app, answer)),
        second: found.and_then(|answer| query::second(&app.engine, answer)),
        outcome,
    }
}

/// A parameter as it was written, or its default, for the form to show again.
fn text(param: &AnyParam, given: &Given) -> Option<String> {
    param.text(given).or(param.default).map(str::to_owned)
}

fn watched(app: &App) -> Vec<(String, String)> {
    let board = app.engine.board();
    let instruments = board.entries.iter().map(|entry| &entry.instrument);
    instruments.map(|it| (it.symbol.to_string(), it.name.to_string())).collect()
}

/// The close before the one day that is shown, as its own source tells it with the
/// latest price.
fn previous_close(app: &App, answer: &HistoryResult) -> Option<Price> {
    if answer.query.span != Span::Period(Period::Days(1)) {
        return None;
    }
    let board = app.engine.board();
    let quote = board.entry(&answer.query.symbol)?.quote.as_ref()?;
    let previous = quote.previous.filter(|it| it.kind == PreviousKind::Close)?;
    is_of_same_day(quote, answer).then_some(previous.price)
}

/// Whether a price is of the day that an answer ends with, and counted alike.
fn is_of_same_day(quote: &Quote, answer: &HistoryResult) -> bool {
    let head = &answer.series.head;
    let zone = answer.instrument.zone();
    let date = quote.as_of.map(|as_of| as_of.to_zoned(zone).date());
    let is_alike = quote.source == head.source && quote.currency == head.currency;
    is_alike && date.is_some() && date == answer.series.last().map(|bar| bar.date)
}

/// Why there is nothing to show, with its status.
fn refused(error: ApiError) -> (StatusCode, Outcome) {
    let suggestions = error.near().iter().map(ToString::to_string).collect();
    let problem = error.into_problem();
    let message = Message {
        title: problem.title().to_owned(),
        detail: problem.detail().to_owned(),
        suggestions,
        is_about_interval: problem.about_parameter() == Some(INTERVAL.name),
    };
    (problem.status(), Outcome::Refused(message))
}

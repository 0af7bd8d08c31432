use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::Problem;
use jiff::SignedDuration;
use market::{
    Adjust, Freshness, HistoryQuery, HistoryResult, Interval, Period, Span, Symbol,
    series_freshness,
};
use query::history::{answer, span, today};
use query::{PriceView, Refusal};

use super::{StatusCode, page};
use crate::api::{Operation, Param, Place, Shape, param};
use crate::app::App;
use crate::error::ApiError;
use crate::pages::{self, Drawn, HistoryView, Message};
use crate::params::Params;

/// Where it opens when nothing was chosen.
const USUAL_SYMBOL: &str = "CAC40";

const TYPE: Param = chosen("type", &Drawn::TYPES, "line", "How prices are drawn.");
const SCALE: Param = chosen("scale", &Drawn::SCALES, "log", "How prices are scaled.");
const VOLUME: Param = chosen("volume", &["off"], "off", "Leaves the volume out.");
const IND: Param = Param { name: "ind", ..param::INDICATORS };
const COMPARE: Param =
    Param { name: "compare", required: false, shape: Shape::Symbols(5), ..param::ALIGNED };

const fn chosen(
    name: &'static str,
    words: &'static [&'static str],
    example: &'static str,
    about: &'static str,
) -> Param {
    let shape = Shape::OneOf(words);
    Param { name, place: Place::Query, required: false, shape, example, about }
}

/// What the page takes: the question, then how its answer is drawn.
const VIEW: Operation = Operation {
    id: "history_view",
    path: "/marketpulse/history/view",
    summary: "Price history as a page",
    about: "",
    params: &[
        &Param { required: false, ..param::SYMBOL },
        &param::INTERVAL,
        &param::PERIOD,
        &param::FROM,
        &param::TO,
        &param::ADJUST,
        &TYPE,
        &SCALE,
        &VOLUME,
        &IND,
        &COMPARE,
    ],
    tabular: false,
};

/// `GET /marketpulse/history/view`
///
/// What cannot be shown is said on the page, beside the form that may mend it.
pub(crate) async fn history(
    State(app): State<Arc<App>>,
    params: Result<Params, Problem>,
) -> Response {
    let (params, fault) = match params {
        Ok(params) => (params, None),
        Err(fault) => (Params::default(), Some(fault)),
    };
    let outcome = match fault {
        Some(fault) => Err(fault.into()),
        None => shown(&app, &params).await,
    };
    let outcome = outcome.map_err(Failed::new);
    let status = outcome.as_ref().map_or_else(|failed| failed.status, |_| StatusCode::OK);
    let simulated = outcome.as_ref().is_ok_and(|answer| answer.simulated);
    let view = history_view(&app, &params, outcome);
    page(&app, status, simulated, |shell| pages::history(shell, &view))
}

/// The bars asked for, adjusted as asked for.
async fn shown(app: &App, params: &Params) -> Result<Arc<HistoryResult>, ApiError> {
    let question = viewed_question(app, params)?;
    let told = answer(&app.engine, &question).await?;
    if params.text("adjust").is_none() {
        return Ok(told);
    }
    let adjust = params.read("adjust")?.unwrap_or(Adjust::Splits);
    let series = PriceView { adjust, known_at: None }.adjusted(&app.engine, &told).await?;
    Ok(Arc::new(HistoryResult { series, ..(*told).clone() }))
}

/// The question that an address asks. Where it names no interval, one is chosen
/// that shows the stretch in some hundred bars.
fn viewed_question(app: &App, params: &Params) -> Result<HistoryQuery, ApiError> {
    params.accept(&VIEW)?;
    let asked: Option<Symbol> = params.read("symbol")?;
    let usual = || USUAL_SYMBOL.parse().expect("a symbol of ours");
    let symbol = app.engine.canonical(&asked.unwrap_or_else(usual));
    let today = || today(&app.engine, &symbol);
    let span = match params.date("from")? {
        // The form sends the period that was shown along with new dates.
        Some(from) => Span::dates(from, params.date("to")?.unwrap_or_else(today))
            .map_err(|error| Refusal::invalid("from", error))?,
        None => span(
            params.read("period")?,
            (None, params.date("to")?),
            app.config.default_period,
            today,
        )?,
    };
    let interval = params.read("interval")?.unwrap_or_else(|| fitting(&span));
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
    params: &Params,
    outcome: Result<Arc<HistoryResult>, Failed>,
) -> HistoryView {
    let asked = |name| params.text(name).map(str::to_owned);
    let now = app.engine.now();
    let told = outcome.as_ref().ok();
    HistoryView {
        symbol_text: asked("symbol").unwrap_or_else(|| USUAL_SYMBOL.to_owned()),
        period_text: asked("period"),
        usual_period: app.config.default_period.to_string(),
        dates: (asked("from"), asked("to")),
        interval_text: asked("interval"),
        drawn: Drawn {
            adjust: asked("adjust"),
            kind: asked("type"),
            scale: asked("scale"),
            volume: asked("volume"),
            ind: asked("ind"),
            compare: asked("compare"),
        },
        symbols: watched(app),
        freshness: told.map_or(Freshness::Missing, |answer| series_freshness(answer, now)),
        decimals: told.map_or(2, |answer| answer.instrument.price_decimals),
        age: told.map_or(SignedDuration::ZERO, |answer| now.duration_since(answer.received_at)),
        outcome: outcome.map_err(|failed| failed.message),
    }
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
            is_about_interval: problem.about_parameter() == Some("interval"),
        };
        Self { status: problem.status(), message }
    }
}

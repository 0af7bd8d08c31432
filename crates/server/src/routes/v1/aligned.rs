use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::Engine;
use futures_util::future::join_all;
use jiff::Timestamp;
use market::{Currency, Freshness, HistoryResult, Interval, Series, Symbol, series_freshness};
use serde::Serialize;

use super::bars::question;
use crate::adjusted::Wanted;
use crate::api::operation;
use crate::app::App;
use crate::ask::Ask;
use crate::cache_policy::CachePolicy;
use crate::error::ApiError;
use crate::format::{Constant, Head};
use crate::params::Params;
use crate::rows::aligned::{Field, aligned as side_by_side};
use crate::tabular::{Table, respond};

/// What is said once about series side by side.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct AlignedHead<'a> {
    interval: &'static str,
    field: &'a str,
    adjust: String,
    series: Vec<SeriesJson<'a>>,
    problems: Vec<ProblemJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known_at: Option<Timestamp>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct SeriesJson<'a> {
    symbol: &'a str,
    name: &'a str,
    currency: Option<&'a str>,
    source: &'a str,
    received_at: Timestamp,
    freshness: &'static str,
    simulated: bool,
}

/// Why one of the series is not there.
#[derive(Serialize, schemars::JsonSchema)]
struct ProblemJson<'a> {
    symbol: &'a str,
    r#type: &'static str,
    detail: String,
}

/// One of the series, or why it cannot be had.
struct Told {
    symbol: Symbol,
    found: Result<(Arc<HistoryResult>, Series), ApiError>,
}

/// `GET /marketpulse/v1/bars?symbols=`
pub(crate) async fn aligned(State(app): State<Arc<App>>, ask: Ask) -> Result<Response, ApiError> {
    ask.accept(&operation::ALIGNED_BARS)?;
    let wanted = Wanted::read(&ask.params)?;
    let symbols = symbols(&app, &ask.params)?;
    // What is wrong with the parameters is wrong for all, and said once.
    for symbol in &symbols {
        question(&app, &ask.params, symbol)?;
    }
    let told = symbols.into_iter().map(|symbol| told(&app, &ask.params, wanted, symbol));
    let mut told = join_all(told).await;
    // As where bars are too fine for the period: an empty table would not say so.
    if told.iter().all(Told::is_refused)
        && let Some(Told { found: Err(refusal), .. }) = told.pop()
    {
        return Err(refusal);
    }
    let interval = ask.params.read("interval")?.unwrap_or(Interval::D1);
    let field = ask.params.text("field").unwrap_or("close");
    let now = wanted.now(&app.engine);
    let head = head(&told, wanted, interval, field, now);
    let newest_first = ask.params.text("order") == Some("desc");
    let series: Vec<(Symbol, Option<Series>)> = told
        .iter()
        .map(|it| (it.symbol.clone(), it.found.as_ref().ok().map(|(_, series)| series.clone())))
        .collect();
    let rows = side_by_side(&series, Field::from_name(field), interval.is_intraday(), newest_first);
    let table = Table {
        constants: constants(&head),
        next: None,
        head: Head::of(&head),
        name: "bars",
        rows: Arc::new(rows),
    };
    let depends_on: Vec<_> = told.iter().map(|it| it.version(now)).collect();
    respond(&app, &ask, depends_on, cache(&app.engine, &told, wanted, now), table)
}

fn symbols(app: &App, params: &Params) -> Result<Vec<Symbol>, ApiError> {
    let mut symbols: Vec<Symbol> = Vec::new();
    for text in params.list("symbols") {
        let symbol = text.parse().map_err(|error: market::SymbolError| {
            ApiError::parameter("symbols", error.to_string())
        })?;
        let symbol = app.engine.canonical(&symbol);
        if !symbols.contains(&symbol) {
            symbols.push(symbol);
        }
    }
    Ok(symbols)
}

async fn told(app: &App, params: &Params, wanted: Wanted, symbol: Symbol) -> Told {
    let found = async {
        let question = question(app, params, &symbol)?;
        let answer = wanted.told(&app.engine, &question).await?;
        let series = wanted.adjusted(&app.engine, &answer).await?;
        Ok((answer, series))
    };
    let found = found.await;
    Told { symbol, found }
}

impl Told {
    /// Whether the question itself is refused, and not only its answer missing.
    fn is_refused(&self) -> bool {
        self.found.as_ref().is_err_and(|error| error.kind().0 == StatusCode::BAD_REQUEST)
    }

    fn freshness(&self, now: Timestamp) -> Freshness {
        self.found.as_ref().map_or(Freshness::Missing, |(answer, _)| series_freshness(answer, now))
    }

    fn version(&self, now: Timestamp) -> (Option<Timestamp>, &'static str, String) {
        let problem = self.found.as_ref().err().map(ToString::to_string).unwrap_or_default();
        let received = self.found.as_ref().ok().map(|(answer, _)| answer.received_at);
        (received, self.freshness(now).as_str(), problem)
    }
}

fn head<'a>(
    told: &'a [Told],
    wanted: Wanted,
    interval: Interval,
    field: &'a str,
    now: Timestamp,
) -> AlignedHead<'a> {
    let problem = |it: &'a Told| {
        let error = it.found.as_ref().err()?;
        Some(ProblemJson {
            symbol: it.symbol.as_str(),
            r#type: error.kind().1,
            detail: error.to_string(),
        })
    };
    AlignedHead {
        interval: interval.as_str(),
        field,
        adjust: wanted.adjust.to_string(),
        series: told.iter().filter_map(|it| series_json(it, now)).collect(),
        problems: told.iter().filter_map(problem).collect(),
        known_at: wanted.as_of,
    }
}

fn series_json(told: &Told, now: Timestamp) -> Option<SeriesJson<'_>> {
    let (answer, _) = told.found.as_ref().ok()?;
    Some(SeriesJson {
        symbol: told.symbol.as_str(),
        name: &answer.instrument.name,
        currency: answer.series.head.currency.as_ref().map(Currency::as_str),
        source: answer.series.head.source.as_str(),
        received_at: answer.received_at,
        freshness: told.freshness(now).as_str(),
        simulated: answer.simulated,
    })
}

/// One freshness for the whole row: the worst.
fn constants(head: &AlignedHead<'_>) -> Vec<(&'static str, Constant)> {
    let any = |word: &str| head.series.iter().any(|series| series.freshness == word);
    let worst = ["simulated", "stale"].into_iter().find(|word| any(word)).unwrap_or("fresh");
    vec![
        ("field", Constant::text(head.field)),
        ("adjust", Constant::text(&head.adjust)),
        ("freshness", Constant::text(worst)),
        ("simulated", Constant::Flag(head.series.iter().any(|series| series.simulated))),
        ("currencies", each(head, |series| series.currency.unwrap_or("unknown"))),
        ("sources", each(head, |series| series.source)),
    ]
}

/// What is true of each series, in one text: `AAPL=USD CAC40=EUR`.
fn each<'a>(head: &AlignedHead<'a>, told: impl Fn(&SeriesJson<'a>) -> &'a str) -> Constant {
    let pair = |series| -> String {
        let series: &SeriesJson<'a> = series;
        format!("{}={}", series.symbol, told(series))
    };
    Constant::text(&head.series.iter().map(pair).collect::<Vec<_>>().join(" "))
}

/// As long as the first of the series is good.
fn cache(engine: &Engine, told: &[Told], wanted: Wanted, now: Timestamp) -> CachePolicy {
    let policies = told.iter().map(|it| match &it.found {
        Ok((answer, _)) => wanted.cache(engine, answer, it.freshness(now), now),
        Err(_) => CachePolicy::OneSecond,
    });
    policies.min_by_key(CachePolicy::seconds).unwrap_or(CachePolicy::OneSecond)
}

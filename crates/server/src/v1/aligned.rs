use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::Engine;
use futures_util::future::join_all;
use http::{CachePolicy, Problem};
use jiff::Timestamp;
use market::{Interval, Symbol};
use query::aligned::{Aligned, table};
use query::records::Field;

use super::bars::{self, question};
use super::respond::respond;
use crate::api::operation;
use crate::app::App;
use crate::ask::Ask;
use crate::error::ApiError;
use crate::params::Params;

/// `GET /marketpulse/v1/bars?symbols=`
pub(crate) async fn aligned(State(app): State<Arc<App>>, ask: Ask) -> Result<Response, ApiError> {
    ask.accept(&operation::ALIGNED_BARS)?;
    let view = bars::view(&ask.params)?;
    let symbols = symbols(&app, &ask.params)?;
    // What is wrong with the parameters is wrong for all, and said once.
    let questions: Vec<_> = symbols
        .iter()
        .map(|symbol| question(&app, &ask.params, symbol))
        .collect::<Result<_, _>>()?;
    let asked = questions.into_iter().map(|question| Aligned::ask(&app.engine, question, view));
    let mut all = join_all(asked).await;
    // As where bars are too fine for the period: an empty table would not say so.
    if all.iter().all(Aligned::is_refused)
        && let Some(Aligned { found: Err(refusal), .. }) = all.pop()
    {
        return Err(refusal.into());
    }
    let interval = ask.params.read("interval")?.unwrap_or(Interval::D1);
    let field = field(&ask.params);
    let table = table(&all, (interval, field, view), bars::order(&ask.params))?;
    let depends_on: Vec<_> = all.iter().map(version).collect();
    respond(&app, &ask, depends_on, cache(&app.engine, &all), table, None)
}

fn symbols(app: &App, params: &Params) -> Result<Vec<Symbol>, Problem> {
    let mut symbols: Vec<Symbol> = Vec::new();
    for text in params.list("symbols") {
        let symbol = text
            .parse()
            .map_err(|error: market::SymbolError| Problem::parameter("symbols", error))?;
        let symbol = app.engine.canonical(&symbol);
        if !symbols.contains(&symbol) {
            symbols.push(symbol);
        }
    }
    Ok(symbols)
}

/// Which figure of each bar is asked for.
fn field(params: &Params) -> Field {
    let asked = params.text("field");
    let named = Field::ALL.into_iter().find(|field| Some(field.name()) == asked);
    named.unwrap_or_default()
}

/// All that the bytes of an answer depend on of one of the series.
fn version(of: &Aligned) -> (Option<Timestamp>, &'static str, String) {
    let problem = of.found.as_ref().err().map(ToString::to_string).unwrap_or_default();
    let received = of.found.as_ref().ok().map(|(bars, _)| bars.answer.received_at);
    (received, of.freshness().as_str(), problem)
}

/// As long as the first of the series is good.
fn cache(engine: &Engine, all: &[Aligned]) -> CachePolicy {
    let policies = all.iter().map(|it| match &it.found {
        Ok((found, _)) => bars::cache(engine, found),
        Err(_) => CachePolicy::OneSecond,
    });
    policies.min_by_key(CachePolicy::seconds).unwrap_or(CachePolicy::OneSecond)
}

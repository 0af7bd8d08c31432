use std::hash::Hash;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::Engine;
use futures_util::future::join_all;
use http::CachePolicy;
use market::{HistoryQuery, Symbol};
use query::aligned::{Aligned, table};
use query::{Bars, PriceView, Retained};

use super::bars::{self, Stretch};
use super::respond::{Writing, respond};
use crate::api::params::Repair;
use crate::api::requests::AlignedParams;
use crate::app::App;
use crate::as_of::{self, view};
use crate::ask::Ask;
use face::ApiError;

/// `GET /marketpulse/v1/bars?symbols=`
pub(crate) async fn aligned(
    State(app): State<Arc<App>>,
    Ask { params, request }: Ask<AlignedParams>,
) -> Result<Response, ApiError> {
    let view = view(&app, &request, params.adjust, params.known_at, Retained::Bars)?;
    let view = view.between((params.from, params.to), params.interval);
    let view = view.as_published(params.repair == Repair::Off);
    let writing = Writing::new(&request, params.form, None, &[])?;
    let engine = request.engine(&app);
    let asked = questions(&app, &engine, &params, view).await?.into_iter();
    let asked = asked.map(|question| Aligned::ask(&engine, question, view));
    let mut all = join_all(asked).await;
    // As where bars are too fine for the period: an empty table would not say so.
    if all.iter().all(Aligned::is_refused)
        && let Some(Aligned { found: Err(refusal), .. }) = all.pop()
    {
        return Err(refusal.into());
    }
    let table = table(&all, (params.interval, params.field, view), params.order)?;
    let depends_on: Vec<_> = all.iter().map(version).collect();
    let writing = writing.for_all(all.iter().all(|it| is_for_all(&app, it)));
    respond(&app, &writing, depends_on, cache(&app, &all), table, None)
}

/// A question for each instrument, whatever spellings of it were listed. What is
/// wrong with the parameters is wrong for all, and said once.
async fn questions(
    app: &App,
    engine: &Engine,
    params: &AlignedParams,
    view: PriceView,
) -> Result<Vec<HistoryQuery>, ApiError> {
    let mut symbols: Vec<Symbol> = Vec::new();
    for symbol in &params.symbols {
        let symbol = app.engine.canonical(symbol);
        if !symbols.contains(&symbol) {
            symbols.push(symbol);
        }
    }
    let stretch = Stretch {
        interval: params.interval,
        period: params.period,
        bounds: (params.from, params.to),
        source: params.source.clone(),
    };
    stretch.locate(app, engine, &symbols, view).await?;
    symbols.iter().map(|symbol| stretch.of(app, view, symbol)).collect()
}

/// All that the bytes of an answer depend on of one of the series.
fn version(of: &Aligned) -> impl Hash + use<> {
    let problem = of.found.as_ref().err().map(ToString::to_string).unwrap_or_default();
    let bars = of.found.as_ref().ok().map(|(bars, _)| bars.version());
    (bars, of.freshness().as_str(), problem)
}

fn is_for_all(app: &App, of: &Aligned) -> bool {
    let of_bars =
        |bars: &Bars| as_of::is_for_all(bars.view, bars.freshness, bars::cache(app, bars));
    of.found.as_ref().is_ok_and(|(bars, _)| of_bars(bars))
}

/// As long as the first of the series is good.
fn cache(app: &App, all: &[Aligned]) -> CachePolicy {
    let policies = all.iter().map(|it| match &it.found {
        Ok((found, _)) => bars::cache(app, found),
        Err(_) => CachePolicy::OneSecond,
    });
    policies.min_by_key(CachePolicy::seconds).unwrap_or(CachePolicy::OneSecond)
}

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{CachePolicy, Problem};
use jiff::civil::Date;
use market::Instrument;
use query::newest::{over, widest};
use query::{Bars, existing};

use super::page::{Page, Stretch, date_of, stamps};
use super::question::{HistoryParams, OneSymbol, SearchParams, symbol};
use super::refusal::Refused;
use super::shape::{Config, FoundRow, History, SymbolInfo, place, type_of};
use crate::Served;
use crate::asked::{Asked, view};
use crate::beside::Beside;
use crate::lacking::{refuse_lack, refuse_part};
use crate::reply;
use crate::searched::search_for;

/// How many a search gives where the client does not say.
const FOUND: u32 = 30;

/// `GET /udf/config`: it depends on nothing, since a client that gets none goes on with
/// one that is not ours.
pub(super) async fn config(State(served): State<Served>, asked: Asked) -> Response {
    let config = Config::of_this_feed();
    reply::json(&served, &asked.headers, CachePolicy::Revalidate, &config, &Beside::default())
}

/// `GET /udf/time`: the present second.
pub(super) async fn time(State(served): State<Served>) -> Response {
    let second = served.engine.now().as_second().to_string();
    (CachePolicy::Never, second).into_response()
}

/// `GET /udf/symbols?symbol=`
pub(super) async fn symbols(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let OneSymbol { symbol: name } = asked.read()?;
    let engine = asked.engine(&served);
    let entry = existing(&engine, &symbol(&engine, &name).await?).await?;
    let beside = Beside::of_entry(&entry, engine.now());
    let info = SymbolInfo::of(&entry.instrument, engine.now());
    Ok(reply::json(&served, &asked.headers, CachePolicy::Revalidate, &info, &beside))
}

/// `GET /udf/search?query=&type=&exchange=&limit=`
pub(super) async fn search(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let params: SearchParams = asked.read()?;
    let text = params.query.as_deref().unwrap_or_default();
    let found = search_for(&asked.engine(&served), text).await?;
    let is_of = |wanted: &Option<String>, name: &str| {
        wanted.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(name))
    };
    let fits = |it: &&Instrument| {
        is_of(&params.kind, type_of(it.kind)) && is_of(&params.exchange, place(it))
    };
    let most = params.limit.unwrap_or(FOUND) as usize;
    let rows: Vec<FoundRow<'_>> =
        found.iter().filter(fits).take(most).map(FoundRow::from).collect();
    Ok(reply::json(&served, &asked.headers, CachePolicy::Revalidate, &rows, &Beside::default()))
}

/// `GET /udf/history?symbol=&resolution=&from=&to=&countback=`
pub(super) async fn history(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let params: HistoryParams = asked.read()?;
    let engine = asked.engine(&served);
    let symbol = symbol(&engine, &params.symbol).await?;
    let (of, period) = ((&symbol, params.resolution), widest(params.resolution));
    let (bars, series) = over(&engine, of, view(), period).await?;
    check_units(&params, &bars)?;
    let HistoryParams { from, to, countback, .. } = params;
    let page = Page::of(&stamps(&series), Stretch { from, to, countback });
    match page {
        Page::Bars(first, _) => {
            let begin = from.filter(|_| countback.is_none()).and_then(date_of);
            let first = series.dates()[first];
            let end = date_of(to).unwrap_or(Date::MAX);
            refuse_part(&bars, begin.map_or(first, |begin| begin.min(first)), end)?;
        }
        Page::Nothing(_) => refuse_lack(bars.lack())?,
    }
    let (answer, beside) = (History::of(&series, &page), Beside::of_bars(&bars));
    Ok(reply::json(&served, &asked.headers, CachePolicy::Revalidate, &answer, &beside))
}

/// Prices are given in their own currency, of the unit that is traded.
fn check_units(params: &HistoryParams, bars: &Bars) -> Result<(), Refused> {
    let own = bars.answer.series.head.currency.as_ref().map(market::Currency::as_str);
    if let (Some(wanted), Some(own)) = (params.currency.as_deref(), own)
        && wanted != own
    {
        let fault = format!("prices of {} are in {own}", bars.answer.query.symbol);
        return Err(Problem::parameter("currencyCode", fault).into());
    }
    match params.unit {
        Some(_) => Err(Problem::parameter("unitId", "there are no other units").into()),
        None => Ok(()),
    }
}

use axum::extract::State;
use axum::response::Response;
use http::CachePolicy;
use http::reply::JSON;
use market::{Adjust, HistoryQuery, Interval, Period, Span, series_freshness};
use query::newest::existing_bars;
use query::records::{action, quote};
use query::{Page, PriceView, existing, priced};
use table::Table;

use super::metric::Metric;
use super::question::{BarsParams, ManySymbols, OneSymbol};
use super::refusal::Refused;
use super::rows::rows;
use crate::Served;
use crate::asked::{Asked, view};
use crate::beside::Beside;
use crate::lacking::refuse_lack;
use crate::reply;

/// How far back bars reach where the program does not say.
const USUAL: Period = Period::Years(1);

/// `GET /openbb/bars?symbol=&interval=&period=&adjust=`
pub(super) async fn bars(State(served): State<Served>, asked: Asked) -> Result<Response, Refused> {
    let BarsParams { symbol, interval, period, adjust } = asked.read()?;
    let engine = asked.engine(&served);
    let (symbol, interval) = (engine.canonical(&symbol), interval.unwrap_or(Interval::D1));
    let span = Span::Period(period.unwrap_or(USUAL));
    let question = HistoryQuery { symbol, interval, span, source: None };
    let view = PriceView::of_all(adjust.unwrap_or(Adjust::Splits), None);
    let (bars, series) = existing_bars(&engine, &question, view).await?;
    if series.is_empty() {
        refuse_lack(bars.lack())?;
    }
    let beside = Beside::of_bars(&bars);
    let page = Page::whole(&series);
    let table = bars.table(series, page, Vec::new(), None).await?;
    respond(&served, &asked, CachePolicy::Revalidate, (&table, &beside))
}

/// `GET /openbb/quotes?symbols=`: a row for each, in its order. Why one has no price is
/// said in its row.
pub(super) async fn quotes(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let ManySymbols { symbols } = asked.read()?;
    let engine = asked.engine(&served);
    let entries = engine.quotes(&symbols).await;
    let now = engine.now();
    let beside = Beside::of_all(entries.iter().map(|entry| Beside::of_entry(entry, now)));
    let table = quote::quotes(&entries, now)?;
    respond(&served, &asked, CachePolicy::OneSecond, (&table, &beside))
}

/// `GET /openbb/actions?symbol=`
pub(super) async fn actions(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let OneSymbol { symbol } = asked.read()?;
    let engine = asked.engine(&served);
    let answer = view().actions(&engine, &engine.canonical(&symbol)).await?;
    let now = engine.now();
    let beside = Beside::of_answer(&answer, series_freshness(&answer, now));
    let table = action::table(&answer, (None, None), now)?;
    respond(&served, &asked, CachePolicy::Revalidate, (&table, &beside))
}

/// `GET /openbb/price?symbol=`
pub(super) async fn price(State(served): State<Served>, asked: Asked) -> Result<Response, Refused> {
    let OneSymbol { symbol } = asked.read()?;
    let engine = asked.engine(&served);
    let entry = existing(&engine, &engine.canonical(&symbol)).await?;
    let now = engine.now();
    let metric = Metric::of(&entry, priced(&engine, &entry)?, now);
    let beside = Beside::of_entry(&entry, now);
    Ok(reply::json(&served, &asked.headers, CachePolicy::OneSecond, &metric, &beside))
}

fn respond(
    served: &Served,
    asked: &Asked,
    cache: CachePolicy,
    (table, beside): (&Table, &Beside),
) -> Result<Response, Refused> {
    let body = (JSON, rows(table)?);
    Ok(reply::text(served, &asked.headers, cache, body, beside))
}

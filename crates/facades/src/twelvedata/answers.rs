use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::Response;
use engine::{Day, Engine, Entry};
use http::{CachePolicy, Problem};
use market::Symbol;
use query::{Refusal, priced};
use serde_json::value::RawValue;
use table::json;

use super::bars::bars;
use super::csv::{CSV, lines};
use super::question::{FormParams, PricesParams, RateParams, SearchParams, SeriesParams, symbol};
use super::refusal::Refused;
use super::series::{Series, Values};
use super::shape::{FoundBody, Indicators, NoIndicators, PriceOnly, QuoteBody, RateBody, Spelling};
use crate::Served;
use crate::asked::Asked;
use crate::beside::Beside;
use crate::reply;
use crate::searched::search_for;

/// One answer, as JSON and as what is said beside it.
type Answer = (Box<RawValue>, Beside);

/// `GET /time_series?symbol=&interval=`
pub(super) async fn time_series(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let params: SeriesParams = asked.read()?;
    let form: FormParams = asked.read()?;
    let engine = asked.engine(&served);
    if let ([name], true) = (&params.names[..], form.is_csv) {
        let (values, beside) = values_of(&engine, name, &params).await?;
        let rows: Vec<_> = values.iter().map(Values::fields).collect();
        let body = (CSV, lines(&rows, form.delimiter));
        return Ok(reply::text(&served, &asked.headers, CachePolicy::Revalidate, body, &beside));
    }
    form.json_alone()?;
    let mut all = Vec::new();
    for name in &params.names {
        all.push((name.clone(), series_of(&engine, name, &params).await));
    }
    respond(&served, &asked, CachePolicy::Revalidate, all)
}

/// `GET /price?symbol=`
pub(super) async fn price(State(served): State<Served>, asked: Asked) -> Result<Response, Refused> {
    let params: PricesParams = asked.read()?;
    asked.read::<FormParams>()?.json_alone()?;
    let engine = asked.engine(&served);
    let spelling = Spelling(params.decimals.flatten());
    let of = |entry: &Entry| -> Result<Box<RawValue>, Refusal> {
        Ok(json(&PriceOnly::of(priced(&engine, entry)?, spelling)))
    };
    let all = priced_all(&engine, &params, of).await;
    respond(&served, &asked, CachePolicy::OneSecond, all)
}

/// `GET /quote?symbol=`
pub(super) async fn quote(State(served): State<Served>, asked: Asked) -> Result<Response, Refused> {
    let params: PricesParams = asked.read()?;
    asked.read::<FormParams>()?.json_alone()?;
    let engine = asked.engine(&served);
    let spelling = Spelling(params.decimals.flatten());
    let of = |entry: &Entry| -> Result<Box<RawValue>, Refusal> {
        let quote = priced(&engine, entry)?;
        let zone = params.zone.of(entry.instrument.zone());
        Ok(json(&QuoteBody::of(entry, quote, (spelling, &zone), engine.now())))
    };
    let all = priced_all(&engine, &params, of).await;
    respond(&served, &asked, CachePolicy::OneSecond, all)
}

/// `GET /exchange_rate?symbol=&date=`
pub(super) async fn exchange_rate(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let RateParams { pair, day } = asked.read()?;
    let form: FormParams = asked.read()?;
    let engine = asked.engine(&served);
    let rate = match day {
        Some(date) => engine.rate_on(&pair.base, &pair.quote, Day { date, at: None }, None).await,
        None => engine.rate(&pair.base, &pair.quote).await,
    };
    let rate = rate.map_err(|error| Refusal::no_rate("symbol", error))?;
    let (answer, beside) = (RateBody::of(&pair, &rate), Beside::of_rate(&rate));
    let (headers, cache) = (&asked.headers, CachePolicy::OneSecond);
    if form.is_csv {
        let fields = answer.fields();
        let row = [fields.each_ref().map(|(name, text)| (*name, text.as_deref()))];
        let body = (CSV, lines(&row, form.delimiter));
        return Ok(reply::text(&served, headers, cache, body, &beside));
    }
    Ok(reply::json(&served, headers, cache, &answer, &beside))
}

/// `GET /symbol_search?symbol=`
pub(super) async fn symbol_search(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let params: SearchParams = asked.read()?;
    asked.read::<FormParams>()?.json_alone()?;
    let found = search_for(&asked.engine(&served), &params.text).await?;
    let answer = FoundBody::of(&found, params.most());
    Ok(reply::json(&served, &asked.headers, CachePolicy::Revalidate, &answer, &Beside::default()))
}

/// `GET /technical_indicators`: clients ask for the list before anything else. None of
/// the vendor's are computed here.
pub(super) async fn technical_indicators(State(served): State<Served>, asked: Asked) -> Response {
    let none = Indicators { data: NoIndicators {}, status: "ok" };
    reply::json(&served, &asked.headers, CachePolicy::Revalidate, &none, &Beside::default())
}

/// The answer about one, or those about several by name, where what is wrong with one
/// stands in its place.
fn respond(
    served: &Served,
    asked: &Asked,
    cache: CachePolicy,
    mut all: Vec<(String, Result<Answer, Refused>)>,
) -> Result<Response, Refused> {
    if all.len() == 1 {
        let (_, answer) = all.remove(0);
        let (answer, beside) = answer?;
        return Ok(reply::json(served, &asked.headers, cache, &answer, &beside));
    }
    let mut beside = Vec::new();
    let mut batch = BTreeMap::new();
    for (name, answer) in all {
        let answer = match answer {
            Ok((answer, said)) => {
                beside.push(said);
                answer
            }
            Err(refused) => json(&refused.into_body()),
        };
        batch.insert(name, answer);
    }
    let beside = Beside::of_all(beside);
    let mut response = reply::json(served, &asked.headers, cache, &batch, &beside);
    // Its own client looks at nothing else before it reads several.
    response.headers_mut().insert("is_batch", HeaderValue::from_static("true"));
    Ok(response)
}

async fn series_of(engine: &Engine, name: &str, params: &SeriesParams) -> Result<Answer, Refused> {
    let symbol = symbol(engine, name, place(params.mic.as_ref(), params.exchange.as_ref())).await?;
    let (bars, given) = bars(engine, &symbol, params).await?;
    let values = values(&bars, &given, params);
    let instrument = &bars.answer.instrument;
    let currency = bars.answer.series.head.currency.as_ref();
    let series = Series::of(instrument, params.interval, currency, values);
    Ok((json(&series), Beside::of_bars(&bars)))
}

async fn values_of(
    engine: &Engine,
    name: &str,
    params: &SeriesParams,
) -> Result<(Vec<Values>, Beside), Refused> {
    let symbol = symbol(engine, name, place(params.mic.as_ref(), params.exchange.as_ref())).await?;
    let (bars, given) = bars(engine, &symbol, params).await?;
    Ok((values(&bars, &given, params), Beside::of_bars(&bars)))
}

fn values(bars: &query::Bars, given: &[market::Bar], params: &SeriesParams) -> Vec<Values> {
    let spelling = Spelling(params.decimals.flatten());
    let zone = params.zone.of(bars.answer.instrument.zone());
    let zone = Some(&zone).filter(|_| params.interval.is_intraday());
    given.iter().map(|bar| Values::of(bar, spelling, zone)).collect()
}

fn place<'a>(mic: Option<&'a String>, exchange: Option<&'a String>) -> Option<&'a str> {
    mic.or(exchange).map(String::as_str)
}

/// What is said of each instrument by its price, all of them asked for together.
async fn priced_all(
    engine: &Engine,
    params: &PricesParams,
    of: impl Fn(&Entry) -> Result<Box<RawValue>, Refusal>,
) -> Vec<(String, Result<Answer, Refused>)> {
    let mut named = Vec::new();
    for name in &params.names {
        let symbol =
            symbol(engine, name, place(params.mic.as_ref(), params.exchange.as_ref())).await;
        named.push((name.clone(), symbol));
    }
    let symbols: Vec<Symbol> =
        named.iter().filter_map(|(_, symbol)| symbol.as_ref().ok().cloned()).collect();
    let mut entries = engine.quotes(&symbols).await.into_iter();
    let mut answer = |symbol: Result<Symbol, face::ApiError>| {
        symbol?;
        let entry = entries.next().ok_or_else(Problem::internal)?;
        Ok((of(&entry)?, Beside::of_entry(&entry, engine.now())))
    };
    named.into_iter().map(|(name, symbol)| (name, answer(symbol))).collect()
}

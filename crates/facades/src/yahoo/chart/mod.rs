//! `GET /v8/finance/chart/{symbol}`: bars, actions and what is known of an instrument.

mod answered;
mod bars;
mod events;
mod latest;
mod meta;
mod periods;
mod rows;
mod single;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use http::reply::{Encoded, JSON};
use http::{CachePolicy, Caller};
use serde::Serialize;

pub(super) use self::answered::Answered;
use self::events::Told;
pub(super) use self::meta::Meta;
use self::rows::Indicators;
pub(super) use self::rows::closes;
use super::question::Question;
use super::refusal::Refused;
use super::symbols::Asked;
use super::words::Words;
use crate::Served;
use crate::patient::{CHART, patient};

/// The outermost object.
#[derive(Serialize)]
struct Envelope<'a> {
    chart: Outcome<'a>,
}

#[derive(Serialize)]
struct Outcome<'a> {
    result: [Chart<'a>; 1],
    error: Option<()>,
}

#[derive(Serialize)]
struct Chart<'a> {
    meta: Meta<'a>,
    /// Absent where there is no bar: clients know an empty answer by that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    timestamp: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<Told>,
    indicators: Indicators,
}

/// `GET /v8/finance/chart/{symbol}`
pub(super) async fn chart(
    State(served): State<Served>,
    Path(symbol): Path<String>,
    words: Words,
    caller: Caller,
    headers: HeaderMap,
) -> Response {
    match answer(&served, &symbol, &words, &caller).await {
        Ok(body) => {
            let encoded = Encoded::new(JSON, body, served.engine.now());
            encoded.respond(CachePolicy::OneSecond, &headers)
        }
        Err(refused) => refused.answer("chart"),
    }
}

async fn answer(
    served: &Served,
    symbol: &str,
    words: &Words,
    caller: &Caller,
) -> Result<Vec<u8>, Refused> {
    let engine = patient(served, caller, CHART).taking_no_parts();
    let asked = Asked::read(&engine, symbol)?;
    let question = Question::read(words, engine.now())?;
    let answered = Answered::ask(&engine, asked, question).await?;
    let chart = Chart {
        meta: Meta::of(&answered, &engine),
        timestamp: answered.stamps(),
        events: Told::of(&answered),
        indicators: Indicators::of(&answered),
    };
    let envelope = Envelope { chart: Outcome { result: [chart], error: None } };
    Ok(serde_json::to_vec(&envelope).expect("texts and finite numbers are always JSON"))
}

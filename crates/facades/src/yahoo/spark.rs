use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use engine::Engine;
use futures_util::future::join_all;
use http::{CachePolicy, Caller, reply};
use serde::Serialize;

use super::chart::{Answered, Meta, closes};
use super::question::Question;
use super::refusal::Refused;
use super::symbols::Asked;
use super::words::Words;
use crate::Served;
use crate::patient::{CHART, patient};

/// The closes of one instrument, as `/v7/finance/spark` tells them.
#[derive(Serialize)]
struct Spark<'a> {
    symbol: &'a str,
    response: [Chart<'a>; 1],
}

#[derive(Serialize)]
struct Chart<'a> {
    meta: Meta<'a>,
    timestamp: Vec<i64>,
    indicators: Indicators,
}

#[derive(Serialize)]
struct Indicators {
    quote: [Closes; 1],
}

#[derive(Serialize)]
struct Closes {
    close: Vec<Option<f64>>,
}

/// The same as `/v8/finance/spark` tells them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    symbol: &'a str,
    timestamp: Vec<i64>,
    close: Vec<Option<f64>>,
    data_granularity: &'static str,
}

/// `GET /v7/finance/spark?symbols=`
pub(super) async fn in_a_list(
    State(served): State<Served>,
    words: Words,
    caller: Caller,
) -> Response {
    let engine = patient(&served, &caller, CHART);
    let answered = match answered(&engine, &words).await {
        Ok(answered) => answered,
        Err(refused) => return refused.answer("spark"),
    };
    let result: Vec<_> = answered.iter().map(|it| Spark::of(it, &engine)).collect();
    let spark = serde_json::json!({ "spark": { "result": result, "error": null } });
    reply::json(CachePolicy::OneSecond, spark.to_string())
}

/// `GET /v8/finance/spark?symbols=`
pub(super) async fn by_symbol(
    State(served): State<Served>,
    words: Words,
    caller: Caller,
) -> Response {
    let engine = patient(&served, &caller, CHART);
    let answered = match answered(&engine, &words).await {
        Ok(answered) => answered,
        Err(refused) => return refused.answer("spark"),
    };
    let lines: BTreeMap<&str, Line<'_>> =
        answered.iter().map(|it| (it.asked.spelt.as_str(), Line::of(it))).collect();
    let body = serde_json::to_vec(&lines).expect("texts and finite numbers are always JSON");
    reply::json(CachePolicy::OneSecond, body)
}

/// The charts of all symbols, without those of unknown ones.
async fn answered(engine: &Engine, words: &Words) -> Result<Vec<Answered>, Refused> {
    let asked = Asked::read_all(engine, words.get("symbols"))?;
    let each = asked.into_iter().map(async |asked| {
        let question = Question::read(words, engine.now())?;
        Answered::ask(engine, asked, question).await
    });
    let found = join_all(each).await.into_iter();
    found.filter(|found| !found.as_ref().is_err_and(Refused::is_not_found)).collect()
}

impl<'a> Spark<'a> {
    fn of(answered: &'a Answered, engine: &Engine) -> Self {
        let chart = Chart {
            meta: Meta::of(answered, engine),
            timestamp: answered.stamps(),
            indicators: Indicators { quote: [Closes { close: closes(answered) }] },
        };
        Self { symbol: &answered.asked.spelt, response: [chart] }
    }
}

impl<'a> Line<'a> {
    fn of(answered: &'a Answered) -> Self {
        Self {
            symbol: &answered.asked.spelt,
            timestamp: answered.stamps(),
            close: closes(answered),
            data_granularity: answered.question.interval.as_str(),
        }
    }
}

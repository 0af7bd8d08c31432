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
use crate::beside::Beside;
use crate::patient::{CHART, patient};

/// What there is of the symbols asked for, without those that are unknown, in the order
/// asked. Of one at least there is an answer, or all are unknown.
struct Sparks(Vec<(String, Result<Answered, Refused>)>);

/// The closes of one instrument, as `/v7/finance/spark` tells them.
#[derive(Serialize)]
struct Spark<'a> {
    symbol: &'a str,
    /// One chart. Empty where it cannot be had: left out the symbol would be unknown.
    response: Vec<Chart<'a>>,
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
    answer(&served, &words, &caller, |sparks, engine| {
        let result: Vec<_> = sparks.0.iter().map(|it| Spark::of(it, engine)).collect();
        serde_json::json!({ "spark": { "result": result, "error": null } }).to_string().into()
    })
    .await
}

/// `GET /v8/finance/spark?symbols=`. What cannot be had is left out: there is no room for
/// a word about it, but for that in the headers.
pub(super) async fn by_symbol(
    State(served): State<Served>,
    words: Words,
    caller: Caller,
) -> Response {
    answer(&served, &words, &caller, |sparks, _| {
        let found =
            sparks.0.iter().filter_map(|(spelt, found)| Some((spelt, found.as_ref().ok()?)));
        let lines: BTreeMap<&str, Line<'_>> =
            found.map(|(spelt, found)| (spelt.as_str(), Line::of(found))).collect();
        serde_json::to_vec(&lines).expect("texts and finite numbers are always JSON")
    })
    .await
}

async fn answer(
    served: &Served,
    words: &Words,
    caller: &Caller,
    body: impl FnOnce(&Sparks, &Engine) -> Vec<u8>,
) -> Response {
    let engine = patient(served, caller, CHART).taking_no_parts();
    match Sparks::ask(&engine, words).await {
        Ok(sparks) => sparks.respond(body(&sparks, &engine)),
        Err(refused) => refused.answer("spark"),
    }
}

impl Sparks {
    /// Asks for the charts of all symbols.
    ///
    /// # Errors
    ///
    /// Where there is none of any that is not unknown, why not.
    async fn ask(engine: &Engine, words: &Words) -> Result<Self, Refused> {
        let asked = Asked::read_all(engine, words.get("symbols"))?;
        let each = asked.into_iter().map(async |asked| {
            let spelt = asked.spelt.clone();
            (spelt, Self::chart(engine, words, asked).await)
        });
        let mut found = join_all(each).await;
        found.retain(|(_, found)| !found.as_ref().is_err_and(Refused::is_not_found));
        if found.iter().all(|(_, found)| found.is_err())
            && let Some((_, Err(refused))) = found.pop()
        {
            return Err(refused);
        }
        Ok(Self(found))
    }

    async fn chart(engine: &Engine, words: &Words, asked: Asked) -> Result<Answered, Refused> {
        let question = Question::read(words, engine.now())?;
        Answered::ask(engine, asked, question).await
    }

    /// The answer, with what is lacking of it beside.
    fn respond(&self, body: Vec<u8>) -> Response {
        let mut response = reply::json(CachePolicy::OneSecond, body);
        self.lack().map(Beside::lacking).unwrap_or_default().add_to(response.headers_mut());
        response
    }

    /// Which symbol cannot be had and why, and of how many others that is so: a header
    /// has no room for hundreds.
    fn lack(&self) -> Option<String> {
        let mut lacking = self.0.iter().filter_map(|(spelt, found)| {
            Some(format!("{spelt}: {}", found.as_ref().err()?.description()))
        });
        let first = lacking.next()?;
        Some(match lacking.count() {
            0 => first,
            others => format!("{first}; {others} more"),
        })
    }
}

impl<'a> Spark<'a> {
    fn of((spelt, found): &'a (String, Result<Answered, Refused>), engine: &Engine) -> Self {
        let chart = |answered: &'a Answered| Chart {
            meta: Meta::of(answered, engine),
            timestamp: answered.stamps(),
            indicators: Indicators { quote: [Closes { close: closes(answered) }] },
        };
        Self { symbol: spelt, response: found.as_ref().map(chart).into_iter().collect() }
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

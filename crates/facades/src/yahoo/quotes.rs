use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use engine::{Engine, Entry};
use http::{CachePolicy, Caller, reply};
use market::Symbol;
use query::{Refusal, is_existing};
use serde::Serialize;

use super::refusal::Refused;
use super::row::Row;
use super::symbols::Asked;
use super::words::Words;
use crate::Served;
use crate::patient::{OTHER, patient};

/// The outermost object.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    quote_response: Outcome,
}

#[derive(Serialize)]
struct Outcome {
    result: Vec<Row>,
    error: Option<()>,
}

/// `GET /v7/finance/quote?symbols=`. Unknown symbols are left out.
pub(super) async fn quotes(State(served): State<Served>, words: Words, caller: Caller) -> Response {
    match answer(&served, &words, &caller).await {
        Ok(result) => {
            let envelope = Envelope { quote_response: Outcome { result, error: None } };
            let body = serde_json::to_vec(&envelope).expect("texts and finite numbers are JSON");
            reply::json(CachePolicy::OneSecond, body)
        }
        Err(refused) => refused.answer("finance"),
    }
}

async fn answer(served: &Served, words: &Words, caller: &Caller) -> Result<Vec<Row>, Refused> {
    let engine = patient(served, caller, OTHER);
    let asked = Asked::read_all(&engine, words.get("symbols"))?;
    rows(served.refresh_every, &engine, &asked).await
}

/// What is held of instruments, in the order asked, without those that are unknown.
///
/// # Errors
///
/// Where there is no price of any, and not because all are unknown: to leave them out
/// would say that.
pub(super) async fn rows(
    refresh_every: Duration,
    engine: &Engine,
    asked: &[Asked],
) -> Result<Vec<Row>, Refused> {
    let symbols: Vec<Symbol> = asked.iter().map(|it| it.symbol.clone()).collect();
    let entries = engine.quotes(&symbols).await;
    let known: Vec<_> =
        asked.iter().zip(&entries).filter(|(_, entry)| !is_unknown(engine, entry)).collect();
    let has_price = |(_, entry): &(&Asked, &Arc<Entry>)| entry.quote.is_some();
    if let Some((asked, entry)) = known.first()
        && !known.iter().any(has_price)
    {
        let failures = entry.failures.clone();
        return Err(Refusal::no_history(asked.symbol.clone(), failures, Vec::new()).into());
    }
    let (each, now) = (known.iter(), engine.now());
    Ok(each.map(|(asked, it)| Row::of(refresh_every, it, asked.spelt.clone(), now)).collect())
}

/// Whether nobody knows an instrument, though its price may be made up.
fn is_unknown(engine: &Engine, entry: &Entry) -> bool {
    match &entry.quote {
        None => entry.failures.is_unknown(),
        Some(_) => matches!(is_existing(engine, entry), Err(Refusal::Unknown { .. })),
    }
}

use axum::extract::State;
use axum::response::Response;
use http::{CachePolicy, Caller, reply};
use serde::Serialize;
use serde_json::json;

use super::hits::{self, Hit};
use super::refusal::Refused;
use super::words::Words;
use crate::Served;
use crate::patient::{OTHER, patient};

/// So many are told where a client names no number.
const USUAL: usize = 25;
/// More than a client can have.
const MOST: usize = 100;

/// A page of what was found.
#[derive(Serialize)]
struct Page {
    documents: Vec<Hit>,
    start: usize,
    count: usize,
    total: usize,
}

/// `GET /v1/finance/lookup?query=&type=`
pub(super) async fn lookup(State(served): State<Served>, words: Words, caller: Caller) -> Response {
    match answer(&served, &words, &caller).await {
        Ok(page) => {
            let body = json!({ "finance": { "result": [page], "error": null } });
            reply::json(CachePolicy::OneSecond, body.to_string())
        }
        Err(refused) => refused.answer("finance"),
    }
}

async fn answer(served: &Served, words: &Words, caller: &Caller) -> Result<Page, Refused> {
    let text = words.get("query");
    let text =
        text.ok_or_else(|| Refused::bad_request("Missing required query parameter=query"))?;
    let mut found = hits::found(&patient(served, caller, OTHER), text).await?;
    let kind = words.get("type").filter(|kind| !kind.eq_ignore_ascii_case("all"));
    found.retain(|hit| kind.is_none_or(|kind| kind.eq_ignore_ascii_case(hit.quote_type)));
    let (start, total) = (words.whole("start").unwrap_or(0), found.len());
    let count = words.whole("count").unwrap_or(USUAL).min(MOST);
    let documents: Vec<Hit> = found.into_iter().skip(start).take(count).collect();
    Ok(Page { start, count: documents.len(), total, documents })
}

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use http::{CachePolicy, Caller, reply};
use serde::Serialize;

use super::hits::{self, Hit};
use super::refusal::Refused;
use super::words::Words;
use crate::Served;
use crate::patient::{OTHER, patient};

/// So many are told where a client names no number.
const USUAL: usize = 7;
/// More than a client can have.
const MOST: usize = 100;

/// What was found. Clients refuse an answer that lacks one of these members, and there
/// is nothing here to put into most of them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    explains: [(); 0],
    count: usize,
    quotes: Vec<Hit>,
    news: [(); 0],
    nav: [(); 0],
    lists: [(); 0],
    research_reports: [(); 0],
    screener_field_results: [(); 0],
    total_time: u32,
    /// In milliseconds. Nothing is measured here.
    #[serde(flatten)]
    times: BTreeMap<String, u32>,
}

/// The parts of a search of which clients need to be told how long each took.
const PARTS: [&str; 10] = [
    "Quotes",
    "News",
    "Algowatchlist",
    "PredefinedScreener",
    "Crunchbase",
    "Nav",
    "ResearchReports",
    "ScreenerField",
    "CulturalAssets",
    "SearchLists",
];

/// `GET /v1/finance/search?q=`
pub(super) async fn search(State(served): State<Served>, words: Words, caller: Caller) -> Response {
    match answer(&served, &words, &caller).await {
        Ok(found) => {
            let body = serde_json::to_vec(&found).expect("texts and finite numbers are JSON");
            reply::json(CachePolicy::OneSecond, body)
        }
        Err(refused) => refused.answer("finance"),
    }
}

async fn answer(served: &Served, words: &Words, caller: &Caller) -> Result<Found, Refused> {
    let text = words.get("q");
    let text = text.ok_or_else(|| Refused::bad_request("Missing required query parameter=q"))?;
    let mut quotes = hits::found(&patient(served, caller, OTHER), text).await?;
    quotes.truncate(words.whole("quotesCount").unwrap_or(USUAL).min(MOST));
    Ok(Found::of(quotes))
}

impl Found {
    fn of(quotes: Vec<Hit>) -> Self {
        Self {
            explains: [],
            count: quotes.len(),
            quotes,
            news: [],
            nav: [],
            lists: [],
            research_reports: [],
            screener_field_results: [],
            total_time: 0,
            times: PARTS.map(|part| (format!("timeTakenFor{part}"), 0)).into(),
        }
    }
}

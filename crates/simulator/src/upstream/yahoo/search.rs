use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::{Parameters, knows};
use crate::documents::quote_type;
use crate::upstream::answer;
use crate::upstream::shared::Shared;
use crate::{Kind, Listing};

/// `GET /v1/finance/search?q=`: the well-known listings whose symbol or name
/// holds the text.
pub(super) async fn search(
    State(shared): State<Arc<Shared>>,
    Query(parameters): Query<Parameters>,
) -> Response {
    let Some(text) = parameters.get("q").filter(|text| !text.is_empty()) else {
        let why = "Missing required query parameter=q".to_owned();
        return Refusal::bad_request(why).answer("finance");
    };
    let text = text.to_uppercase();
    let found = |listing: &Listing| {
        listing.symbol.contains(&text) || listing.name.to_uppercase().contains(&text)
    };
    let known = shared.market.known().into_iter();
    let quotes: Vec<Value> = known
        .filter(|listing| found(listing) && knows(&shared, &listing.symbol))
        .map(|listing| hit(&listing))
        .collect();
    answer::ok(&json!({
        "explains": [],
        "count": quotes.len(),
        "quotes": quotes,
        "news": [],
        "nav": [],
        "lists": [],
        "researchReports": [],
        "totalTime": 20,
    }))
}

fn hit(listing: &Listing) -> Value {
    let shown = match listing.kind {
        Kind::Index => "Index",
        Kind::Currency => "Currency",
        Kind::Crypto => "Cryptocurrency",
        Kind::Equity => "Equity",
        Kind::Future => "Futures",
    };
    json!({
        "exchange": listing.exchange,
        "shortname": listing.name,
        "quoteType": quote_type(listing.kind),
        "symbol": listing.symbol,
        "index": "quotes",
        "score": 20_000,
        "typeDisp": shown,
        "longname": listing.name,
        "exchDisp": listing.exchange_name,
        "isYahooFinance": true,
    })
}

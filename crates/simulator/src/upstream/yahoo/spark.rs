use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::question::Question;
use super::refusal::Refusal;
use super::{Parameters, knows, meta, rows};
use crate::upstream::answer;
use crate::upstream::fault::Holes;
use crate::upstream::shared::Shared;

/// `GET /v7/finance/spark?symbols=A,B`: closes alone, of many symbols at once.
/// Unknown ones are left out.
pub(super) async fn spark(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    Query(parameters): Query<Parameters>,
) -> Response {
    let Some(symbols) = parameters.get("symbols") else {
        let why = "Missing required query parameter=symbols".to_owned();
        return Refusal::bad_request(why).answer("spark");
    };
    let known = symbols.split(',').filter(|symbol| knows(&shared, symbol));
    let results: Result<Vec<Value>, Refusal> =
        known.map(|symbol| result(&shared, symbol, &parameters, holes)).collect();
    match results {
        Ok(results) => answer::ok(&json!({ "spark": { "result": results, "error": null } })),
        Err(refusal) => refusal.answer("spark"),
    }
}

fn result(
    shared: &Shared,
    symbol: &str,
    parameters: &Parameters,
    holes: Holes,
) -> Result<Value, Refusal> {
    let (listing, now) = (shared.market.listing(symbol), shared.now());
    let question = Question::read(parameters, &listing, now)?;
    let rows = rows::rows(shared, &listing, &question, now);
    let instants: Vec<i64> = rows.iter().map(|row| row.at).collect();
    let response = json!({
        "meta": meta::meta(shared, &listing, &question, now),
        "timestamp": instants,
        "indicators": { "quote": [{ "close": rows::closes(&rows, holes) }] },
    });
    Ok(json!({ "symbol": listing.symbol, "response": [response] }))
}

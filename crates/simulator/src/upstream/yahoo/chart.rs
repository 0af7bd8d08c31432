use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::question::Question;
use super::refusal::Refusal;
use super::rows::{self, Row};
use super::{Parameters, knows, meta};
use crate::Listing;
use crate::upstream::answer;
use crate::upstream::fault::Holes;
use crate::upstream::shared::Shared;

/// `GET /v8/finance/chart/{symbol}`
pub(super) async fn chart(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    Path(symbol): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Response {
    match result(&shared, &symbol, &parameters, holes) {
        Ok(result) => answer::ok(&json!({ "chart": { "result": [result], "error": null } })),
        Err(refusal) => refusal.answer("chart"),
    }
}

fn result(
    shared: &Shared,
    symbol: &str,
    parameters: &Parameters,
    holes: Holes,
) -> Result<Value, Refusal> {
    if !knows(shared, symbol) {
        return Err(Refusal::not_found());
    }
    let (listing, now) = (shared.market.listing(symbol), shared.now());
    let question = Question::read(parameters, &listing, now)?;
    if question.to <= listing.last_session(Timestamp::MIN).open {
        let (from, to) = (question.from.as_second(), question.to.as_second() - 1);
        return Err(Refusal::bad_request(format!(
            "Data doesn't exist for startDate = {from}, endDate = {to}"
        )));
    }
    let rows = rows::rows(shared, &listing, &question, now);
    let mut result = Map::new();
    result.insert("meta".to_owned(), meta::meta(shared, &listing, &question, now));
    // Nothing found is a valid answer, known by the absence of any instant.
    if !rows.is_empty() {
        let instants: Vec<i64> = rows.iter().map(|row| row.at).collect();
        result.insert("timestamp".to_owned(), json!(instants));
        if let Some(events) = events(shared, &listing, &question, &rows) {
            result.insert("events".to_owned(), events);
        }
    }
    let indicators = rows::indicators(&rows, question.interval, holes);
    result.insert("indicators".to_owned(), indicators);
    Ok(Value::Object(result))
}

/// Dividends and splits, keyed by the start of the bar they fall into, where
/// there are any.
fn events(shared: &Shared, listing: &Listing, question: &Question, rows: &[Row]) -> Option<Value> {
    let now = shared.now();
    let wanted = |time: Timestamp| question.from <= time && time < question.to;
    let key = |time: Timestamp| {
        let next = rows.partition_point(|row| row.at <= time.as_second());
        rows.get(next.saturating_sub(1)).map_or(time.as_second(), |row| row.at).to_string()
    };
    let mut events = Map::new();
    if question.dividends {
        let dividends = shared.market.dividends(&listing.symbol, now).into_iter();
        let dividends: Map<String, Value> = dividends
            .filter(|dividend| wanted(dividend.time))
            .map(|dividend| {
                let date = dividend.time.as_second();
                // Of some exchanges the original leaves the currency empty.
                let currency = dividend.currency.unwrap_or_default();
                let paid = json!({ "amount": dividend.amount, "date": date, "currency": currency });
                (key(dividend.time), paid)
            })
            .collect();
        events.insert("dividends".to_owned(), Value::Object(dividends));
    }
    if question.splits {
        let splits = shared.market.splits(&listing.symbol, now).into_iter();
        let splits: Map<String, Value> = splits
            .filter(|split| wanted(split.time))
            .map(|split| (key(split.time), split_terms(split)))
            .collect();
        events.insert("splits".to_owned(), Value::Object(splits));
    }
    events.retain(|_, found| found.as_object().is_some_and(|found| !found.is_empty()));
    (!events.is_empty()).then_some(Value::Object(events))
}

fn split_terms(split: crate::Split) -> Value {
    json!({
        "date": split.time.as_second(),
        "numerator": split.numerator,
        "denominator": 1,
        "splitRatio": format!("{}:1", split.numerator),
    })
}

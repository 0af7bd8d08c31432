use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Unit};
use serde_json::{Map, Value, json};

use super::answer;
use super::fault::Holes;
use super::shared::Shared;
use crate::money::{COINS, coin, currency};

type Parameters = HashMap<String, String>;

/// The public API: `GET /api/v3/simple/price` and `/api/v3/coins/{id}/market_chart`.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/v3/simple/price", get(simple_price))
        .route("/api/v3/coins/{id}/market_chart", get(market_chart))
}

async fn simple_price(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    Query(parameters): Query<Parameters>,
) -> Response {
    let (ids, currencies) = match (parameters.get("ids"), parameters.get("vs_currencies")) {
        (Some(ids), Some(currencies)) => (ids, currencies),
        (None, _) => return missing("ids"),
        (_, None) => return missing("vs_currencies"),
    };
    // A blank after a comma is not forgiven: the id is silently dropped.
    let rows = ids.split(',').filter_map(|id| Some((id, code_of(&shared, id)?)));
    let prices: Map<String, Value> = rows
        .enumerate()
        .map(|(row, (id, code))| {
            let quotes = quotes(&shared, code, currencies, &parameters, holes.at(row));
            (id.to_owned(), Value::Object(quotes))
        })
        .collect();
    answer::ok(&Value::Object(prices))
}

fn quotes(
    shared: &Shared,
    code: &str,
    currencies: &str,
    parameters: &Parameters,
    hole: bool,
) -> Map<String, Value> {
    let wants = |name: &str| parameters.get(name).is_some_and(|value| value == "true");
    let mut quotes = Map::new();
    for name in currencies.split(',').filter(|name| is_quoted_in(name)) {
        let symbol = format!("{code}-{}", name.to_uppercase());
        let now = shared.now();
        let price = shared.price(&symbol);
        let shown = if hole { Value::Null } else { rounded(price, parameters.get("precision")) };
        quotes.insert(name.to_owned(), shown);
        if wants("include_24hr_change") {
            let before = shared.market.price(&symbol, now - SignedDuration::from_hours(24));
            let change = (price / before - 1.0) * 100.0;
            quotes.insert(format!("{name}_24h_change"), json!(change));
        }
    }
    if wants("include_last_updated_at") && !quotes.is_empty() {
        quotes.insert("last_updated_at".to_owned(), json!(shared.now().as_second()));
    }
    quotes
}

/// As published unless `precision` asks otherwise: five digits before the point
/// leave none after it (`53953`, but `1441.93`).
fn rounded(price: f64, precision: Option<&String>) -> Value {
    match precision.map(String::as_str) {
        Some("full") => json!(price),
        Some(digits) => {
            let scale = 10.0_f64.powi(digits.parse().unwrap_or(2));
            json!((price * scale).round() / scale)
        }
        None if price >= 10_000.0 => json!(price.round() as i64),
        None => json!(price),
    }
}

async fn market_chart(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    Path(id): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Response {
    let Some(code) = code_of(&shared, &id) else {
        return refusal(StatusCode::NOT_FOUND, "coin not found");
    };
    let Some(name) = parameters.get("vs_currency") else { return missing("vs_currency") };
    let Some(days) = parameters.get("days") else { return missing("days") };
    if !is_quoted_in(name) {
        return refusal(StatusCode::UNPROCESSABLE_ENTITY, "invalid vs_currency");
    }
    let days = if days == "max" { Ok(f64::INFINITY) } else { days.parse::<f64>() };
    match days {
        Ok(days) if days > 365.0 => too_far_back(shared.now()),
        Ok(days) if days > 0.0 => {
            let symbol = format!("{code}-{}", name.to_uppercase());
            let daily = parameters.get("interval").is_some_and(|interval| interval == "daily");
            points(&shared, &symbol, &instants(shared.now(), days, daily), holes)
        }
        _ => refusal(StatusCode::UNPROCESSABLE_ENTITY, "Invalid days"),
    }
}

/// When there are points: every five minutes within a day, hourly within ninety,
/// else at 00:00 UTC; the finer ones some seconds late. The last one is now.
fn instants(now: Timestamp, days: f64, daily: bool) -> Vec<Timestamp> {
    let since = now.as_second() - (days * 86_400.0) as i64;
    let step = match days {
        _ if daily || days > 90.0 => 86_400,
        ..=1.0 => 300,
        _ => 3_600,
    };
    let first = since.div_euclid(step) * step + step;
    let late = |second: i64| if step == 86_400 { 0 } else { second / step * 7_919 % 40_000 };
    let regular = (first..now.as_second()).step_by(step as usize);
    let instants = regular.map(|second| second * 1_000 + late(second));
    let milliseconds = instants.filter(|at| *at < now.as_millisecond());
    milliseconds
        .chain([now.as_millisecond()])
        .filter_map(|at| Timestamp::from_millisecond(at).ok())
        .collect()
}

fn points(shared: &Shared, symbol: &str, instants: &[Timestamp], holes: Holes) -> Response {
    let price = |row: usize, at: Timestamp| {
        let last = row + 1 == instants.len();
        if last { shared.price(symbol) } else { shared.market.price(symbol, at) }
    };
    let rows: Vec<(i64, Option<f64>)> = instants
        .iter()
        .enumerate()
        .map(|(row, at)| (at.as_millisecond(), holes.or(row, price(row, *at))))
        .collect();
    let times = |factor: f64| -> Vec<_> {
        rows.iter().map(|(at, price)| (at, price.map(|price| price * factor))).collect()
    };
    // Nothing reads these two, so their levels are merely of the right order.
    let (supply, daily_turnover) = (19_800_000.0, 400_000.0);
    answer::ok(&json!({
        "prices": rows,
        "market_caps": times(supply),
        "total_volumes": times(daily_turnover),
    }))
}

fn code_of(shared: &Shared, id: &str) -> Option<&'static str> {
    let known = COINS.iter().find(|(_, known)| *known == id);
    known.filter(|_| !shared.is_unknown(id)).map(|(money, _)| money.code)
}

fn is_quoted_in(name: &str) -> bool {
    let code = name.to_uppercase();
    code == "EUR" || currency(&code).is_some() || coin(&code).is_some()
}

fn missing(parameter: &str) -> Response {
    refusal(StatusCode::UNPROCESSABLE_ENTITY, &format!("Missing parameter {parameter}"))
}

fn refusal(status: StatusCode, error: &str) -> Response {
    answer::json(status, &json!({ "error": error }))
}

fn too_far_back(now: Timestamp) -> Response {
    let at = now.to_zoned(TimeZone::UTC).round(Unit::Millisecond).unwrap_or_default();
    let status = json!({
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string(),
        "error_code": 10012,
        "error_message": "Your request exceeds the allowed time range. Public API users are \
            limited to querying historical data within the past 365 days.",
    });
    answer::json(StatusCode::UNAUTHORIZED, &json!({ "error": { "status": status } }))
}

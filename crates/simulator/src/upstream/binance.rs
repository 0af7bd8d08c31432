use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::answer;
use super::fault::Holes;
use super::shared::Shared;
use super::streams::is_symbol;
use crate::{Bar, Interval, Kind, Listing};

type Parameters = HashMap<String, String>;

/// In which currencies and coins others are traded. Dollars are not among them.
const QUOTED_IN: [&str; 4] = ["EUR", "BTC", "ETH", "TRY"];

/// `GET /api/v3/ticker/24hr` and `GET /api/v3/klines`.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/api/v3/ticker/24hr", get(day)).route("/api/v3/klines", get(klines))
}

/// The pair, where it is traded.
fn listing(shared: &Shared, pair: &str) -> Result<Listing, Complaint> {
    let both = QUOTED_IN.iter().find_map(|code| Some((pair.strip_suffix(code)?, code)));
    let symbol = both.map(|(base, code)| format!("{base}-{code}")).unwrap_or_default();
    let listing = shared.market.listing(&symbol);
    let is_traded =
        listing.kind == Kind::Crypto && is_symbol(&symbol) && !shared.is_unknown(&symbol);
    is_traded.then_some(listing).ok_or(Complaint(-1121, "Invalid symbol."))
}

async fn day(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Complaint> {
    let pair = parameters.get("symbol").map(String::as_str).unwrap_or_default();
    let listing = listing(&shared, pair)?;
    let now = shared.now();
    let before = now - SignedDuration::from_hours(24);
    let (price, open) =
        (shared.price(&listing.symbol), shared.market.price(&listing.symbol, before));
    let text = |price: f64| holes.or(0, price).map(|price| price.to_string());
    Ok(answer::ok(&json!({
        "symbol": pair, "lastPrice": text(price), "openPrice": text(open),
        "highPrice": text(price.max(open)), "lowPrice": text(price.min(open)),
        "volume": "310.5", "openTime": before.as_millisecond(), "closeTime": now.as_millisecond(),
    })))
}

async fn klines(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Complaint> {
    let text = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    let listing = listing(&shared, text("symbol"))?;
    let interval = interval(text("interval")).ok_or(Complaint(-1120, "Invalid interval."))?;
    let instant = |name| {
        let at = text(name).parse().ok().and_then(|at| Timestamp::from_millisecond(at).ok());
        at.ok_or(Complaint(-1100, "Illegal characters found in a parameter."))
    };
    let (first, last) = (instant("startTime")?, instant("endTime")?);
    let most = text("limit").parse().unwrap_or(500).min(1_000);
    let bars = shared.bars(&listing, interval, first.to_zoned(TimeZone::UTC).date());
    let within = bars.iter().filter(|bar| (first..=last).contains(&bar.open_time)).take(most);
    let rows: Vec<Value> = within.enumerate().map(|(row, bar)| kline(bar, holes.at(row))).collect();
    Ok(answer::ok(&rows.into()))
}

fn kline(bar: &Bar, hole: bool) -> Value {
    let [open, high, low, close] =
        [bar.open, bar.high, bar.low, bar.close].map(|price| (!hole).then(|| price.to_string()));
    let begins = bar.open_time.as_millisecond();
    json!([begins, open, high, low, close, bar.volume.to_string(), begins, "0", 1, "0", "0", "0"])
}

fn interval(name: &str) -> Option<Interval> {
    Some(match name {
        "1m" => Interval::M1,
        "5m" => Interval::M5,
        "15m" => Interval::M15,
        "30m" => Interval::M30,
        "1h" => Interval::H1,
        "1d" => Interval::D1,
        _ => return None,
    })
}

/// What is said in place of an answer: a code and its text.
struct Complaint(i32, &'static str);

impl IntoResponse for Complaint {
    fn into_response(self) -> Response {
        let Self(code, message) = self;
        answer::json(StatusCode::BAD_REQUEST, &json!({ "code": code, "msg": message }))
    }
}

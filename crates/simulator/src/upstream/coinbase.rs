use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::answer;
use super::fault::Holes;
use super::shared::Shared;
use super::streams::is_symbol;
use crate::{Bar, Interval, Kind, Listing};

type Parameters = HashMap<String, String>;

/// In which currencies and coins others are traded.
const QUOTED_IN: [&str; 5] = ["USD", "EUR", "GBP", "BTC", "ETH"];

/// The most bars that one answer has.
const MOST: i64 = 300;

/// `GET /products/{pair}/ticker` and `GET /products/{pair}/candles`.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/products/{pair}/ticker", get(ticker))
        .route("/products/{pair}/candles", get(candles))
}

/// The pair, where it is traded.
fn listing(shared: &Shared, pair: &str) -> Result<Listing, Complaint> {
    let currency = pair.split_once('-').map(|(_, currency)| currency);
    let is_traded = currency.is_some_and(|currency| QUOTED_IN.contains(&currency));
    let listing = shared.market.listing(pair);
    let is_known = listing.kind == Kind::Crypto && is_symbol(pair) && !shared.is_unknown(pair);
    if is_traded && is_known {
        Ok(listing)
    } else {
        Err(Complaint(StatusCode::NOT_FOUND, "NotFound"))
    }
}

async fn ticker(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    Path(pair): Path<String>,
) -> Result<Response, Complaint> {
    let listing = listing(&shared, &pair)?;
    let price = holes.or(0, shared.price(&listing.symbol)).map(|price| price.to_string());
    Ok(answer::ok(&json!({
        "trade_id": 1, "price": price, "size": "0.1", "bid": price, "ask": price,
        "volume": "310.5", "time": shared.now().to_string(),
    })))
}

async fn candles(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    Path(pair): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Result<Response, Complaint> {
    let listing = listing(&shared, &pair)?;
    let bad = |message| Complaint(StatusCode::BAD_REQUEST, message);
    let text = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    let (interval, seconds) =
        interval(text("granularity")).ok_or_else(|| bad("Unsupported granularity"))?;
    let instant = |name| text(name).parse::<Timestamp>().map_err(|_| bad("start and end"));
    let (first, last) = (instant("start")?, instant("end")?);
    if last.duration_since(first).as_secs() > MOST * seconds {
        return Err(bad("granularity too small for the requested time range"));
    }
    let bars = shared.bars(&listing, interval, first.to_zoned(TimeZone::UTC).date());
    let within = bars.iter().filter(|bar| (first..=last).contains(&bar.open_time));
    let mut rows: Vec<Value> =
        within.enumerate().map(|(row, bar)| candle(bar, holes.at(row))).collect();
    rows.reverse();
    Ok(answer::ok(&rows.into()))
}

fn candle(bar: &Bar, hole: bool) -> Value {
    let [low, high, open, close] =
        [bar.low, bar.high, bar.open, bar.close].map(|price| (!hole).then_some(price));
    json!([bar.open_time.as_second(), low, high, open, close, bar.volume])
}

fn interval(seconds: &str) -> Option<(Interval, i64)> {
    Some(match seconds {
        "60" => (Interval::M1, 60),
        "300" => (Interval::M5, 300),
        "900" => (Interval::M15, 900),
        "3600" => (Interval::H1, 3_600),
        "86400" => (Interval::D1, 86_400),
        _ => return None,
    })
}

/// What is said in place of an answer.
struct Complaint(StatusCode, &'static str);

impl IntoResponse for Complaint {
    fn into_response(self) -> Response {
        answer::json(self.0, &json!({ "message": self.1 }))
    }
}

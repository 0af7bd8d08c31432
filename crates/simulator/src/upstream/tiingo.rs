use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer;
use super::fault::Holes;
use super::shared::{Latest, Shared, shares};
use super::streams::is_symbol;
use crate::{Bar, Dividend, Interval, Listing, Split};

type Parameters = HashMap<String, String>;

/// A key that is refused. Any other is taken.
const WRONG: &str = "wrong";

/// `GET /iex/?tickers=` and `GET /tiingo/daily/{ticker}/prices`. Both want a key.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/iex/", get(tops)).route("/tiingo/daily/{ticker}/prices", get(days))
}

/// In another order than asked, and without what is not known.
async fn tops(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = refusal(&headers) {
        return refusal;
    }
    let tickers = parameters.get("tickers").map(String::as_str).unwrap_or_default();
    let known = tickers.split(',').rev().filter_map(|ticker| listing(&shared, ticker));
    let rows: Vec<Value> =
        known.enumerate().map(|(row, listing)| top(&shared, &listing, holes.at(row))).collect();
    answer::ok(&json!(rows))
}

fn top(shared: &Shared, listing: &Listing, hole: bool) -> Value {
    let now = shared.now();
    let Latest { session: last, day, previous } = shared.latest(listing);
    let today = day.as_ref();
    let is_open = now < last.close;
    let quoted = is_open.then_some(now.to_string());
    let price = (!hole).then(|| shared.price(&listing.symbol));
    json!({
        "ticker": ticker(&listing.symbol),
        "timestamp": written(now.min(last.close)),
        "lastSaleTimestamp": quoted,
        "quoteTimestamp": quoted,
        "open": today.map(|bar| bar.open),
        "high": today.map(|bar| bar.high),
        "low": today.map(|bar| bar.low),
        "mid": null,
        "tngoLast": price,
        "last": price.filter(|_| is_open),
        "lastSize": null,
        "bidSize": null,
        "bidPrice": null,
        "askPrice": null,
        "askSize": null,
        // Of one exchange alone.
        "volume": today.map(|bar| bar.volume / 50),
        "prevClose": previous,
    })
}

async fn days(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    Path(ticker): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = refusal(&headers) {
        return refusal;
    }
    let Some(listing) = listing(&shared, &ticker) else {
        return complaint(StatusCode::NOT_FOUND, &format!("Error: Ticker '{ticker}' not found"));
    };
    let now = shared.now();
    let first = parameters.get("startDate").and_then(|text| text.parse().ok());
    // Without a date the latest day alone.
    let first = first.unwrap_or_else(|| listing.last_session(now).date);
    let bars = shared.bars(&listing, Interval::D1, first);
    let splits = shared.market.splits(&listing.symbol, now);
    let dividends = shared.market.dividends(&listing.symbol, now);
    let row = |(row, bar): (usize, &Bar)| day(bar, &splits, &dividends, holes.at(row));
    let rows: Vec<Value> = bars.iter().enumerate().map(row).collect();
    answer::ok(&json!(rows))
}

/// A day as traded, with what happened on it.
fn day(bar: &Bar, splits: &[Split], dividends: &[Dividend], hole: bool) -> Value {
    let shares = shares(splits, bar.date);
    let traded = |price: f64| (!hole).then_some(price * shares);
    let split = splits.iter().find(|split| split.ex_date == bar.date);
    let paid = dividends.iter().find(|dividend| dividend.ex_date == bar.date);
    json!({
        "date": format!("{}T00:00:00.000Z", bar.date),
        "close": traded(bar.close),
        "high": traded(bar.high),
        "low": traded(bar.low),
        "open": traded(bar.open),
        "volume": (bar.volume as f64 / shares).round(),
        "adjClose": (!hole).then_some(bar.adj_close),
        "divCash": paid.map_or(0.0, |paid| paid.amount * shares),
        "splitFactor": split.map_or(1.0, |split| f64::from(split.numerator)),
    })
}

/// What trades in New York, unless it was declared unknown.
fn listing(shared: &Shared, ticker: &str) -> Option<Listing> {
    // A preferred share is written with one more dash.
    let symbol = ticker.to_uppercase().replace("-P-", "-P");
    let is_known = is_symbol(&symbol) && !shared.is_unknown(&symbol);
    let listing = shared.market.listing(&symbol);
    let is_share = listing.kind == crate::Kind::Equity && listing.currency == "USD";
    (is_known && is_share).then_some(listing)
}

fn ticker(symbol: &str) -> String {
    match symbol.split_once("-P") {
        Some((letters, series)) if !series.is_empty() => format!("{letters}-P-{series}"),
        _ => symbol.to_owned(),
    }
}

fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

fn refusal(headers: &HeaderMap) -> Option<Response> {
    let key = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match key.and_then(|key| key.strip_prefix("Token ")) {
        None => Some(complaint(StatusCode::UNAUTHORIZED, "Please supply a token")),
        Some(WRONG) => Some(complaint(StatusCode::UNAUTHORIZED, "Invalid token.")),
        Some(_) => None,
    }
}

fn complaint(status: StatusCode, detail: &str) -> Response {
    answer::json(status, &json!({ "detail": detail }))
}

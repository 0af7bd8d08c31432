use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Query, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::answer;
use super::fault::Holes;
use super::shared::{Latest, Shared};
use super::streams::is_symbol;
use crate::{Bar, Interval, Kind, Listing};

type Parameters = HashMap<String, String>;

/// A key that is refused, and one whose plan has no history. Any other is taken for all.
const WRONG: &str = "wrong";
const SMALL: &str = "small";

/// The most bars of one answer.
const MOST: usize = 5_000;

/// `GET /quote`, `GET /exchange_rate` and `GET /time_series`. All want a key, and say with
/// status 200 what is wrong.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/quote", get(quote))
        .route("/exchange_rate", get(rate))
        .route("/time_series", get(series))
}

/// A question that can be answered: its parameters, and what it is about.
struct Asked {
    key: String,
    parameters: Parameters,
    listing: Listing,
}

impl FromRequestParts<Arc<Shared>> for Asked {
    type Rejection = Complaint;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<Self, Complaint> {
        let read = Query::<Parameters>::from_request_parts(parts, shared).await;
        let Query(parameters) = read.map_err(|_| Complaint::of_question("Invalid query."))?;
        Self::read(shared, &parts.headers, parameters)
    }
}

impl Asked {
    fn read(
        shared: &Shared,
        headers: &HeaderMap,
        parameters: Parameters,
    ) -> Result<Self, Complaint> {
        let key = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = key.and_then(|key| key.strip_prefix("apikey ")).filter(|key| *key != WRONG);
        let Some(key) = key.map(str::to_owned) else {
            let message = "**apikey** parameter is incorrect or not specified.".to_owned();
            return Err(Complaint { code: 401, message });
        };
        let text = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
        let symbol = spelt(text("symbol"), text("mic_code"));
        let unknown = || Complaint {
            code: 404,
            message: format!("**symbol** not found: {}.", text("symbol")),
        };
        let listing = symbol.and_then(|symbol| listing(shared, &symbol)).ok_or_else(unknown)?;
        Ok(Self { key, parameters, listing })
    }

    fn text(&self, name: &str) -> &str {
        self.parameters.get(name).map(String::as_str).unwrap_or_default()
    }

    fn date(&self, name: &str) -> Option<Date> {
        self.text(name).get(..10)?.parse().ok()
    }

    fn meta(&self, interval: &str) -> Value {
        json!({
            "symbol": self.text("symbol"),
            "interval": interval,
            "currency": self.listing.currency,
            "exchange_timezone": self.listing.time_zone,
            "exchange": self.listing.exchange_name,
            "mic_code": mic(&self.listing.symbol),
            "type": "Common Stock",
        })
    }
}

async fn quote(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    asked: Asked,
) -> Response {
    let (listing, now) = (&asked.listing, shared.now());
    let Latest { session: last, day, previous } = shared.latest(listing);
    let today = day.as_ref();
    let price = (!holes.at(0)).then(|| shared.price(&listing.symbol));
    answer::ok(&json!({
        "symbol": asked.text("symbol"),
        "name": listing.name,
        "exchange": listing.exchange_name,
        "mic_code": mic(&listing.symbol),
        "currency": listing.currency,
        "datetime": last.date.to_string(),
        "timestamp": last.open.as_second(),
        "last_quote_at": now.min(last.close).as_second(),
        "open": today.map(|bar| written(bar.open)),
        "high": today.map(|bar| written(bar.high)),
        "low": today.map(|bar| written(bar.low)),
        "close": price.map(written),
        "volume": today.map(|bar| bar.volume.to_string()),
        "previous_close": previous.map(written),
        "is_market_open": listing.is_open(now),
    }))
}

async fn rate(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    asked: Asked,
) -> Response {
    let (listing, now) = (&asked.listing, shared.now());
    let at = now.min(listing.last_session(now).close);
    let rate = (!holes.at(0)).then(|| shared.price(&listing.symbol));
    let body = json!({ "symbol": asked.text("symbol"), "rate": rate, "timestamp": at.as_second() });
    answer::ok(&body)
}

/// Newest first, and no more of them than there is room for.
async fn series(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    asked: Asked,
) -> Result<Response, Complaint> {
    if asked.key == SMALL {
        let message = "/time_series is available exclusively with larger plans.".to_owned();
        return Err(Complaint { code: 403, message });
    }
    let Some(interval) = interval(asked.text("interval")) else {
        return Err(Complaint::of_question("Invalid **interval** provided."));
    };
    let is_adjusted = asked.text("adjust") == "all";
    let first = asked.date("start_date").unwrap_or(Date::MIN);
    let end = asked.date("end_date").unwrap_or(Date::MAX);
    let bars = shared.bars(&asked.listing, interval, first);
    let within = bars.iter().filter(|bar| first <= bar.date && bar.date < end).rev().take(MOST);
    let value = |(row, bar): (usize, &Bar)| value(bar, interval, is_adjusted, holes.at(row));
    let values: Vec<Value> = within.enumerate().map(value).collect();
    if values.is_empty() {
        return Err(Complaint::of_question("No data is available on the specified dates."));
    }
    let meta = asked.meta(asked.text("interval"));
    Ok(answer::ok(&json!({ "meta": meta, "values": values, "status": "ok" })))
}

fn value(bar: &Bar, interval: Interval, is_adjusted: bool, hole: bool) -> Value {
    let at = match interval {
        Interval::D1 => bar.date.to_string(),
        _ => bar.open_time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string(),
    };
    let factor = if is_adjusted { bar.adj_close / bar.close } else { 1.0 };
    let price = |price: f64| (!hole).then(|| written(price * factor));
    let close = if is_adjusted { bar.adj_close } else { bar.close };
    json!({
        "datetime": at,
        "open": price(bar.open),
        "high": price(bar.high),
        "low": price(bar.low),
        "close": (!hole).then(|| written(close)),
        "volume": bar.volume.to_string(),
    })
}

/// Prices are texts.
fn written(price: f64) -> String {
    format!("{price:.5}")
}

fn interval(name: &str) -> Option<Interval> {
    Some(match name {
        "1min" => Interval::M1,
        "5min" => Interval::M5,
        "15min" => Interval::M15,
        "30min" => Interval::M30,
        "1day" => Interval::D1,
        _ => return None,
    })
}

/// Exchanges outside of the United States, by the end of a symbol.
const ELSEWHERE: [(&str, &str); 2] = [(".L", "XLON"), (".PA", "XPAR")];

/// Yahoo's spelling of a ticker of one place.
fn spelt(ticker: &str, mic: &str) -> Option<String> {
    let ticker = ticker.to_uppercase();
    if let Some((base, quote)) = ticker.split_once('/') {
        let is_coin = ["BTC", "ETH"].contains(&base);
        return Some(if is_coin { format!("{base}-{quote}") } else { format!("{base}{quote}=X") });
    }
    let ticker = ticker.replace('.', "-");
    if mic.is_empty() {
        return Some(ticker);
    }
    let (end, _) = ELSEWHERE.iter().find(|(_, known)| *known == mic)?;
    Some(format!("{ticker}{end}"))
}

fn mic(symbol: &str) -> &'static str {
    let elsewhere = ELSEWHERE.iter().find(|(end, _)| symbol.ends_with(end));
    elsewhere.map_or("XNGS", |(_, mic)| mic)
}

fn listing(shared: &Shared, symbol: &str) -> Option<Listing> {
    let is_known = is_symbol(symbol) && !shared.is_unknown(symbol);
    let listing = shared.market.listing(symbol);
    let is_told = matches!(listing.kind, Kind::Equity | Kind::Currency | Kind::Crypto);
    (is_known && is_told).then_some(listing)
}

/// What is said in place of an answer.
struct Complaint {
    code: u16,
    message: String,
}

impl Complaint {
    fn of_question(message: &str) -> Self {
        Self { code: 400, message: message.to_owned() }
    }
}

impl IntoResponse for Complaint {
    fn into_response(self) -> Response {
        let Self { code, message } = self;
        let body = json!({ "code": code, "message": message, "status": "error" });
        answer::json(StatusCode::OK, &body)
    }
}

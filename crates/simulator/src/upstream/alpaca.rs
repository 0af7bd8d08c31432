use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Query, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::answer;
use super::fault::Holes;
use super::shared::{Latest, Shared, midnight, shares};
use super::streams::is_symbol;
use crate::{Bar, Interval, Kind, Listing};

type Parameters = HashMap<String, String>;

/// An id of a key that is refused. Any other is taken.
const WRONG: &str = "wrong";

/// Of so long ago all exchanges together are told.
const DELAY: SignedDuration = SignedDuration::from_mins(15);

/// `GET /v2/stocks/snapshots`, `GET /v2/stocks/bars` and `GET /v1/corporate-actions`. All
/// want a key and its secret.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/v2/stocks/snapshots", get(snapshots))
        .route("/v2/stocks/bars", get(bars))
        .route("/v1/corporate-actions", get(actions))
}

/// A question that can be answered, and what of its symbols is known.
struct Asked {
    parameters: Parameters,
    listings: Vec<(String, Listing)>,
}

impl FromRequestParts<Arc<Shared>> for Asked {
    type Rejection = Complaint;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<Self, Complaint> {
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let id = header("apca-api-key-id").filter(|id| *id != WRONG);
        if id.is_none() || header("apca-api-secret-key").is_none_or(str::is_empty) {
            return Err(Complaint(StatusCode::FORBIDDEN, "forbidden.".to_owned()));
        }
        let read = Query::<Parameters>::from_request_parts(parts, shared).await;
        let Query(parameters) = read.map_err(|_| Complaint::of_question("invalid query"))?;
        let listings = listings(shared, &parameters)?;
        Ok(Self { parameters, listings })
    }
}

impl Asked {
    fn text(&self, name: &str) -> &str {
        self.parameters.get(name).map(String::as_str).unwrap_or_default()
    }

    fn instant(&self, name: &str) -> Option<Timestamp> {
        self.text(name).parse().ok()
    }

    fn date(&self, name: &str) -> Option<Date> {
        self.text(name).parse().ok()
    }
}

/// Those that are known. One that is written otherwise here spoils all.
fn listings(shared: &Shared, parameters: &Parameters) -> Result<Vec<(String, Listing)>, Complaint> {
    let names = parameters.get("symbols").map(String::as_str).unwrap_or_default();
    let mut found = Vec::new();
    for name in names.split(',') {
        let is_ticker = |byte: u8| byte.is_ascii_uppercase() || byte == b'.';
        if name.is_empty() || !name.bytes().all(is_ticker) {
            return Err(Complaint::of_question(&format!("invalid symbol: {name}")));
        }
        let symbol = name.replace('.', "-");
        let listing = shared.market.listing(&symbol);
        let is_told = listing.kind == Kind::Equity && listing.currency == "USD";
        if is_told && is_symbol(&symbol) && !shared.is_unknown(&symbol) {
            found.push((name.to_owned(), listing));
        }
    }
    Ok(found)
}

async fn snapshots(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    asked: Asked,
) -> Response {
    let all = asked.listings.iter().enumerate();
    let told =
        all.map(|(row, (name, listing))| (name.clone(), snapshot(&shared, listing, holes.at(row))));
    answer::ok(&Value::Object(told.collect()))
}

fn snapshot(shared: &Shared, listing: &Listing, hole: bool) -> Value {
    let now = shared.now();
    let Latest { session: last, day, .. } = shared.latest(listing);
    let today = day.as_ref();
    let price = (!hole).then(|| shared.price(&listing.symbol));
    json!({
        // The close is traded a moment after regular hours.
        "latestTrade": { "t": now.min(last.close).to_string(), "x": "V", "p": price, "s": 100 },
        "latestQuote": { "t": now.to_string(), "ap": 0, "as": 0, "bp": price, "bs": 1 },
        "dailyBar": today.map(|bar| json!({ "t": midnight(listing, bar.date).to_string(), "c": price, "v": bar.volume / 50 })),
    })
}

async fn bars(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    asked: Asked,
) -> Result<Response, Complaint> {
    let now = shared.now();
    let last = asked.instant("end").unwrap_or(now);
    if asked.text("feed") != "iex" && now - DELAY < last {
        let message = "subscription does not permit querying recent SIP data".to_owned();
        return Err(Complaint(StatusCode::FORBIDDEN, message));
    }
    let Some(interval) = interval(asked.text("timeframe")) else {
        return Err(Complaint::of_question("invalid timeframe"));
    };
    let first = asked.instant("start").unwrap_or(now);
    let most: usize = asked.text("limit").parse().unwrap_or(1_000);
    let (mut room, mut told, mut has_more) = (most, Map::new(), false);
    for (name, listing) in &asked.listings {
        let since = first.to_zoned(listing.zone()).date();
        let bars = shared.bars(listing, interval, since);
        let begins = |bar: &Bar| {
            if interval == Interval::D1 { midnight(listing, bar.date) } else { bar.open_time }
        };
        let within = bars.iter().filter(|bar| (first..=last).contains(&begins(bar)));
        let value = |(row, bar): (usize, &Bar)| {
            value(bar, begins(bar), asked.text("adjustment"), holes.at(row))
        };
        let all: Vec<Value> = within.enumerate().map(value).collect();
        has_more |= all.len() > room;
        let values: Vec<Value> = all.into_iter().take(room).collect();
        room -= values.len();
        if !values.is_empty() {
            told.insert(name.clone(), values.into());
        }
    }
    let token = has_more.then_some("bW9yZQ==");
    Ok(answer::ok(&json!({ "bars": told, "next_page_token": token })))
}

fn value(bar: &Bar, begins: Timestamp, adjustment: &str, hole: bool) -> Value {
    let is_adjusted = adjustment == "all";
    let factor = if is_adjusted { bar.adj_close / bar.close } else { 1.0 };
    let price = |price: f64| (!hole).then_some(price * factor);
    let close = if is_adjusted { bar.adj_close } else { bar.close };
    json!({
        "t": begins.to_string(),
        "o": price(bar.open),
        "h": price(bar.high),
        "l": price(bar.low),
        "c": (!hole).then_some(close),
        "v": bar.volume,
        "n": bar.volume / 100,
        "vw": price(bar.close),
    })
}

/// By kind, amounts in shares as they were counted then.
async fn actions(State(shared): State<Arc<Shared>>, asked: Asked) -> Response {
    let now = shared.now();
    let first = asked.date("start").unwrap_or(Date::MIN);
    let last = asked.date("end").unwrap_or(Date::MAX);
    // By when it is worked off: that of a payment is when it is paid.
    let paid_on = |ex_date: Date| ex_date.saturating_add(jiff::Span::new().days(18));
    let is_asked = |date: Date| first <= date && date <= last;
    let (mut paid, mut split) = (Vec::new(), Vec::new());
    for (name, listing) in &asked.listings {
        let splits = shared.market.splits(&listing.symbol, now);
        let dividends = shared.market.dividends(&listing.symbol, now);
        paid.extend(dividends.iter().filter(|it| is_asked(paid_on(it.ex_date))).map(|it| {
            let rate = it.amount * shares(&splits, it.ex_date);
            json!({ "symbol": name, "ex_date": it.ex_date.to_string(), "process_date": paid_on(it.ex_date).to_string(), "rate": rate })
        }));
        split.extend(splits.iter().filter(|it| is_asked(it.ex_date)).map(|it| {
            json!({ "symbol": name, "ex_date": it.ex_date.to_string(), "new_rate": it.numerator, "old_rate": 1 })
        }));
    }
    let mut told = Map::new();
    for (kind, rows) in [("cash_dividends", paid), ("forward_splits", split)] {
        if !rows.is_empty() {
            told.insert(kind.to_owned(), rows.into());
        }
    }
    answer::ok(&json!({ "corporate_actions": told, "next_page_token": null }))
}

fn interval(name: &str) -> Option<Interval> {
    Some(match name {
        "1Min" => Interval::M1,
        "5Min" => Interval::M5,
        "15Min" => Interval::M15,
        "30Min" => Interval::M30,
        "1Day" => Interval::D1,
        _ => return None,
    })
}

/// What is said in place of an answer.
struct Complaint(StatusCode, String);

impl Complaint {
    fn of_question(message: &str) -> Self {
        Self(StatusCode::BAD_REQUEST, message.to_owned())
    }
}

impl IntoResponse for Complaint {
    fn into_response(self) -> Response {
        answer::json(self.0, &json!({ "message": self.1 }))
    }
}

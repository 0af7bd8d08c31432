use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::answer;
use super::fault::Holes;
use super::shared::{Latest, Shared, shares};
use super::streams::is_symbol;
use crate::{Bar, Interval, Kind, Listing, Split};

type Parameters = HashMap<String, String>;

/// A key that is refused. Any other is taken.
const WRONG: &str = "wrong";

/// A key whose plan has the last year alone.
const FREE: &str = "free";

/// A key that has nothing left for the day.
const USED_UP: &str = "usedup";

/// `GET /api/real-time/{code}`, `/api/eod/{code}`, `/api/intraday/{code}`,
/// `/api/splits/{code}` and `/api/div/{code}`. All want a key.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/real-time/{code}", get(price))
        .route("/api/eod/{code}", get(days))
        .route("/api/intraday/{code}", get(minutes))
        .route("/api/splits/{code}", get(splits))
        .route("/api/div/{code}", get(payments))
}

/// A question that can be answered.
struct Asked {
    code: String,
    parameters: Parameters,
    listing: Listing,
}

impl FromRequestParts<Arc<Shared>> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Response> {
        let read = Query::<Parameters>::from_request_parts(parts, shared).await;
        let Query(parameters) = read.map_err(IntoResponse::into_response)?;
        let path = Path::<String>::from_request_parts(parts, shared).await;
        let Path(code) = path.map_err(IntoResponse::into_response)?;
        match parameters.get("api_token").map(String::as_str) {
            None | Some("" | WRONG) => {
                Err((StatusCode::UNAUTHORIZED, "Unauthenticated").into_response())
            }
            Some(USED_UP) => Err(used_up()),
            Some(_) => match listing(shared, &code) {
                Some(listing) => Ok(Self { code, parameters, listing }),
                None => Err((StatusCode::NOT_FOUND, "Ticker Not Found.").into_response()),
            },
        }
    }
}

fn used_up() -> Response {
    let text = "You exceeded your daily API requests limit.  Please write to the service";
    (StatusCode::PAYMENT_REQUIRED, text).into_response()
}

impl Asked {
    fn text(&self, name: &str) -> &str {
        self.parameters.get(name).map(String::as_str).unwrap_or_default()
    }

    fn since(&self) -> Date {
        self.text("from").parse().unwrap_or(Date::MIN)
    }

    fn instant(&self, name: &str) -> Option<Timestamp> {
        self.text(name).parse().ok().and_then(|second| Timestamp::from_second(second).ok())
    }
}

async fn price(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    asked: Asked,
) -> Response {
    let (listing, now) = (&asked.listing, shared.now());
    let Latest { session: last, day, previous } = shared.latest(listing);
    let today = day.as_ref();
    let number = |number: Option<f64>| number.map_or_else(|| json!("NA"), |it| json!(it));
    let price = (!holes.at(0)).then(|| shared.price(&listing.symbol));
    answer::ok(&json!({
        "code": asked.code,
        "timestamp": now.min(last.close).as_second(),
        "gmtoffset": 0,
        "open": number(today.map(|bar| bar.open)),
        "high": number(today.map(|bar| bar.high)),
        "low": number(today.map(|bar| bar.low)),
        "close": number(price),
        "volume": number(today.map(|bar| bar.volume as f64)),
        "previousClose": number(previous),
    }))
}

/// As traded, but for volumes.
async fn days(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    asked: Asked,
) -> Response {
    let splits = shared.market.splits(&asked.listing.symbol, shared.now());
    let year_ago = shared.now().to_zoned(asked.listing.zone()).date();
    let year_ago = year_ago.saturating_sub(jiff::Span::new().years(1));
    let is_cut = asked.text("api_token") == FREE && asked.since() < year_ago;
    let first = if is_cut { year_ago } else { asked.since() };
    let bars = shared.bars(&asked.listing, Interval::D1, first);
    let row = |(row, bar): (usize, &Bar)| day(bar, &splits, holes.at(row));
    let mut rows: Vec<Value> = bars.iter().enumerate().map(row).collect();
    if let Some(last) = rows.last_mut().filter(|_| is_cut) {
        last["warning"] = "Data is limited by one year as you have free subscription".into();
    }
    answer::ok(&rows.into())
}

fn day(bar: &Bar, splits: &[Split], hole: bool) -> Value {
    let shares = shares(splits, bar.date);
    let traded = |price: f64| (!hole).then_some(price * shares);
    json!({
        "date": bar.date.to_string(),
        "open": traded(bar.open),
        "high": traded(bar.high),
        "low": traded(bar.low),
        "close": traded(bar.close),
        "adjusted_close": (!hole).then_some(bar.adj_close),
        "volume": bar.volume,
    })
}

async fn minutes(
    State(shared): State<Arc<Shared>>,
    Extension(holes): Extension<Holes>,
    asked: Asked,
) -> Response {
    let interval = if asked.text("interval") == "1m" { Interval::M1 } else { Interval::M5 };
    let (first, last) = (asked.instant("from"), asked.instant("to"));
    let first = first.unwrap_or(Timestamp::MIN);
    let since = first.to_zoned(asked.listing.zone()).date();
    let bars = shared.bars(&asked.listing, interval, since);
    let is_asked =
        |bar: &&Bar| first <= bar.open_time && last.is_none_or(|last| bar.open_time <= last);
    let rows = bars.iter().filter(is_asked).enumerate();
    answer::ok(&rows.map(|(row, bar)| minute(bar, holes.at(row))).collect())
}

fn minute(bar: &Bar, hole: bool) -> Value {
    let price = |price: f64| (!hole).then_some(price);
    json!({
        "timestamp": bar.open_time.as_second(),
        "gmtoffset": 0,
        "datetime": bar.open_time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string(),
        "open": price(bar.open),
        "high": price(bar.high),
        "low": price(bar.low),
        "close": price(bar.close),
        "volume": bar.volume,
    })
}

async fn splits(State(shared): State<Arc<Shared>>, asked: Asked) -> Response {
    let (all, since) = (shared.market.splits(&asked.listing.symbol, shared.now()), asked.since());
    let row = |split: &Split| {
        let terms = format!("{}.000000/1.000000", split.numerator);
        json!({ "date": split.ex_date.to_string(), "split": terms })
    };
    answer::ok(&all.iter().filter(|split| since <= split.ex_date).map(row).collect())
}

/// In shares as they are counted now.
async fn payments(State(shared): State<Arc<Shared>>, asked: Asked) -> Response {
    let listing = &asked.listing;
    let (now, since) = (shared.now(), asked.since());
    let splits = shared.market.splits(&listing.symbol, now);
    let paid = shared.market.dividends(&listing.symbol, now);
    let rows = paid.iter().filter(|paid| since <= paid.ex_date).map(|paid| {
        json!({
            "date": paid.ex_date.to_string(),
            "value": paid.amount,
            "unadjustedValue": paid.amount * shares(&splits, paid.ex_date),
            "currency": paid.currency.unwrap_or(&listing.currency),
        })
    });
    answer::ok(&rows.collect())
}

/// Exchanges outside of the United States: here, and at the end of a symbol.
const ELSEWHERE: [(&str, &str); 2] = [("PA", "PA"), ("XETRA", "DE")];

/// What is known by a code such as `AIR.PA` or `BRK-B.US`.
fn listing(shared: &Shared, code: &str) -> Option<Listing> {
    let (name, exchange) = code.rsplit_once('.')?;
    let elsewhere = ELSEWHERE.iter().find(|(known, _)| *known == exchange);
    let symbol = match elsewhere {
        Some((_, end)) => format!("{name}.{end}"),
        None if exchange == "US" => name.to_owned(),
        None => return None,
    };
    let is_known = is_symbol(&symbol) && !shared.is_unknown(&symbol);
    let listing = shared.market.listing(&symbol);
    (is_known && listing.kind == Kind::Equity).then_some(listing)
}

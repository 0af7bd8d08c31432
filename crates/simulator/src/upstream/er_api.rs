use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use jiff::civil::time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::answer;
use super::shared::Shared;
use crate::listing::before;
use crate::money::{CURRENCIES, currency};

/// `GET /v6/latest/{base}`: rates that move once a day, shortly after midnight UTC.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/v6/latest/{base}", get(latest))
}

async fn latest(State(shared): State<Arc<Shared>>, Path(base): Path<String>) -> Response {
    let base = base.to_uppercase();
    if base != "EUR" && currency(&base).is_none() || shared.is_unknown(&base) {
        let refusal = json!({ "result": "error", "error-type": "unsupported-code" });
        return answer::json(StatusCode::NOT_FOUND, &refusal);
    }
    let updated = last_update(shared.now());
    let next = updated + SignedDuration::from_secs(86_400 + 1_110);
    answer::ok(&json!({
        "result": "success",
        "provider": "https://www.exchangerate-api.com",
        "documentation": "https://www.exchangerate-api.com/docs/free",
        "terms_of_use": "https://www.exchangerate-api.com/terms",
        "time_last_update_unix": updated.as_second(),
        "time_last_update_utc": in_words(updated),
        "time_next_update_unix": next.as_second(),
        "time_next_update_utc": in_words(next),
        "time_eol_unix": 0,
        "base_code": base,
        "rates": rates(&shared, &base, updated),
    }))
}

/// Today at 00:02:31 UTC, or yesterday where that is yet to come.
fn last_update(now: Timestamp) -> Timestamp {
    let today = now.to_zoned(TimeZone::UTC).date();
    let at = |date: jiff::civil::Date| {
        let zoned = date.to_datetime(time(0, 2, 31, 0)).to_zoned(TimeZone::UTC);
        zoned.map_or(now, |zoned| zoned.timestamp())
    };
    if at(today) <= now { at(today) } else { at(before(today)) }
}

/// The base itself is listed too, as 1; dead currencies stay for ever.
fn rates(shared: &Shared, base: &str, updated: Timestamp) -> Map<String, Value> {
    let date = before(updated.to_zoned(TimeZone::UTC).date());
    let per_euro = |code: &str| {
        let fixed = shared.fixed(&format!("EUR{code}=X"));
        fixed.unwrap_or_else(|| shared.market.reference_rates(code, &[date])[0])
    };
    let codes = CURRENCIES.iter().map(|money| money.code).chain(["EUR"]);
    codes
        .map(|code| {
            let rate = per_euro(code) / per_euro(base);
            (code.to_owned(), json!((rate * 1e6).round() / 1e6))
        })
        .collect()
}

fn in_words(instant: Timestamp) -> String {
    instant.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

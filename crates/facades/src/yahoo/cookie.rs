//! What clients fetch before they ask: a cookie and a crumb. Neither means anything
//! here, as nobody is kept out by them.

use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use http::CachePolicy;
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};

use crate::Served;

/// Clients refuse one that is empty, is a page, or speaks of too many requests.
const CRUMB: &str = "marketpulse";

/// As long as the original's.
const VALID_FOR: SignedDuration = SignedDuration::from_hours(365 * 24);

/// `GET /v1/test/getcrumb`
pub(super) async fn crumb() -> Response {
    let kind = [(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))];
    (CachePolicy::Never, kind, CRUMB).into_response()
}

/// `GET /quote/{symbol}`, a page of the original that clients open for its cookie.
pub(super) async fn page(State(served): State<Served>) -> Response {
    given(served.engine.now())
}

/// An answer that gives the cookie and says nothing else.
pub(super) fn given(now: Timestamp) -> Response {
    let kind = HeaderValue::from_static("application/json");
    let headers = [(CONTENT_TYPE, kind), (SET_COOKIE, cookie(now))];
    (StatusCode::OK, CachePolicy::Never, headers, "{}").into_response()
}

/// One without an end breaks a widely used client from its next start on.
fn cookie(now: Timestamp) -> HeaderValue {
    let end = now.checked_add(VALID_FOR).unwrap_or(Timestamp::MAX);
    let printer = rfc2822::DateTimePrinter::new();
    let end = printer.timestamp_to_rfc9110_string(&end).unwrap_or_default();
    let cookie =
        format!("A3={CRUMB}; Domain=.yahoo.com; Path=/; Expires={end}; Secure; SameSite=None");
    HeaderValue::try_from(cookie).expect("a name and a date are a header's value")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_ends_on_a_day_that_clients_can_read() {
        let cookie = cookie("2025-10-29T12:00:00Z".parse().unwrap());
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.contains("Expires=Thu, 29 Oct 2026 12:00:00 GMT"), "{cookie}");
        assert!(cookie.starts_with("A3=") && cookie.contains("Domain=.yahoo.com"));
    }
}

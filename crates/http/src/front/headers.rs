use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALLOW, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, HeaderMap, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};

use super::id::REQUEST_ID;

/// On every answer. Any page may read prices: they are no secret, and nothing
/// can be changed.
const EVERYWHERE: [(HeaderName, &str); 3] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (ACCESS_CONTROL_EXPOSE_HEADERS, "*"),
];

/// What keeps browsers from doing with pages what we never meant.
const ON_PAGES: [(HeaderName, &str); 2] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    (REFERRER_POLICY, "no-referrer"),
];

/// What a page of another origin may ask, for a day.
const ON_PREFLIGHT: [(HeaderName, &str); 4] = [
    (ALLOW, "GET, HEAD"),
    (ACCESS_CONTROL_ALLOW_METHODS, "GET,HEAD"),
    (ACCESS_CONTROL_ALLOW_HEADERS, "*"),
    (ACCESS_CONTROL_MAX_AGE, "86400"),
];

/// Adds to an answer's headers what every answer has.
pub(super) fn complete(headers: &mut HeaderMap, id: HeaderValue) {
    let kind = headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    if kind.starts_with(b"text/html") {
        set(headers, ON_PAGES);
    }
    set(headers, EVERYWHERE);
    headers.insert(REQUEST_ID, id);
}

/// The answer to a browser that asks what it may ask.
pub(super) fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    set(response.headers_mut(), ON_PREFLIGHT);
    response
}

fn set<const N: usize>(headers: &mut HeaderMap, these: [(HeaderName, &'static str); N]) {
    for (name, value) in these {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

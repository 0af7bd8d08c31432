use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ALLOW, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap,
    HeaderValue, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};

use super::admission::Page;
use super::id::REQUEST_ID;

/// On every answer.
const EVERYWHERE: [(HeaderName, &str); 2] =
    [(X_CONTENT_TYPE_OPTIONS, "nosniff"), (ACCESS_CONTROL_EXPOSE_HEADERS, "*")];

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

/// The same of an address whose question stands in a body.
const ON_PREFLIGHT_OF_BODY: [(HeaderName, &str); 4] = [
    (ALLOW, "POST"),
    (ACCESS_CONTROL_ALLOW_METHODS, "POST"),
    (ACCESS_CONTROL_ALLOW_HEADERS, "*"),
    (ACCESS_CONTROL_MAX_AGE, "86400"),
];

/// The headers that a page with credentials may read: with those `*` is a name, and
/// stands for no others.
const EXPOSED: &str = "etag, link, ratelimit, ratelimit-policy, retry-after, x-freshness, x-lack, \
    x-reason, x-request-id, x-simulated, x-source";

/// Says to the page that asked what it may do with the answer. A copy of an answer to one
/// is none for another.
fn tell(headers: &mut HeaderMap, page: &Page) {
    headers.append(VARY, HeaderValue::from_static("origin"));
    let Some(reads) = &page.reads else { return };
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, reads.clone());
    if page.sends_credentials {
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
}

/// Adds to an answer's headers what every answer has.
pub(super) fn complete(headers: &mut HeaderMap, id: HeaderValue, page: &Page) {
    let kind = headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    if kind.starts_with(b"text/html") {
        set(headers, ON_PAGES);
    }
    set(headers, EVERYWHERE);
    tell(headers, page);
    headers.insert(REQUEST_ID, id);
}

/// The answer to a browser that asks what it may ask. Headers are allowed by their names:
/// to pages with credentials `*` would be one.
pub(super) fn preflight(request: &Request, is_read: bool) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    set(headers, if is_read { ON_PREFLIGHT_OF_BODY } else { ON_PREFLIGHT });
    if let Some(wanted) = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
        headers.insert(VARY, HeaderValue::from_static("access-control-request-headers"));
    }
    response
}

fn set<const N: usize>(headers: &mut HeaderMap, these: [(HeaderName, &'static str); N]) {
    for (name, value) in these {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

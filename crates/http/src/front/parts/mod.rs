//! Readers of files ask part by part: how long it is, then its end, then the rest.
//! Prices move meanwhile, and hardly any reader says which version it means. So
//! what one request got, the next ones get as well, for a while.
//!
//! Whoever asks for the whole is given the newest, always.

mod answer;
mod versions;

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_RANGES, CONTENT_LENGTH, IF_MATCH, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, IF_RANGE, RANGE, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use tokio::time::Instant;

use crate::caller::Caller;
use answer::Answer;
pub(super) use versions::Versions;

/// What is about a part or a version, and so not for the routes. A part is one of
/// the plain bytes, and the whole that `HEAD` tells of must be the same.
const ABOUT_PARTS: [HeaderName; 6] =
    [ACCEPT_ENCODING, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE];

/// Whether a request is about a part, or about a version of the whole.
pub(super) fn is_asked(request: &Request) -> bool {
    let headers = request.headers();
    let names_version = headers.contains_key(RANGE) || headers.contains_key(IF_MATCH);
    (request.method() == Method::HEAD || names_version) && !headers.contains_key(UPGRADE)
}

/// Answers such a request, from the version that was served before if there is one, else
/// from the whole as it is now.
#[expect(
    clippy::disallowed_methods,
    reason = "versions are kept by the clock of their readers' waits"
)]
pub(super) async fn answer(
    mut request: Request,
    whole: impl AsyncFnOnce(Request) -> Response,
    versions: &Versions,
) -> Response {
    let requested = Requested::taken_from(&mut request);
    if let Some((answer, age)) = versions.served(&requested, Instant::now()) {
        return answer.respond(&requested, age);
    }
    match Answer::of(whole(request).await).await {
        Ok(answer) => match versions.hold(&requested, answer, Instant::now()) {
            Ok((answer, age)) => answer.respond(&requested, age),
            Err(answer) => without_parts(answer.into_whole(), &requested),
        },
        Err(whole) => without_parts(whole, &requested),
    }
}

/// What is asked for, and of what.
struct Requested {
    /// The address, and what else chooses the form; and whom its caller shows it
    /// to, as it was cleared for these.
    of: String,
    method: Method,
    /// The headers that are about a part or a version.
    headers: HeaderMap,
}

impl Requested {
    /// Leaves a request for the whole.
    fn taken_from(request: &mut Request) -> Self {
        let accept = request.headers().get(ACCEPT).map(|value| value.as_bytes().escape_ascii());
        let accept = accept.map_or_else(String::new, |accept| accept.to_string());
        let audience = Caller::named_in(request.extensions()).audience();
        let of = format!("{audience} {accept} {}", request.uri());
        let method = std::mem::replace(request.method_mut(), Method::GET);
        let mut headers = HeaderMap::new();
        for name in ABOUT_PARTS {
            headers.extend(request.headers_mut().remove(&name).map(|value| (name, value)));
        }
        Self { of, method, headers }
    }

    /// Whether a reader begins so. `HEAD` comes first, and so does a wish for the
    /// end of a file by one that does not know yet how long it is.
    fn is_opening(&self) -> bool {
        let range = self.headers.get(RANGE).map(HeaderValue::as_bytes);
        self.method == Method::HEAD || range.is_some_and(|range| range.starts_with(b"bytes=-"))
    }
}

/// An answer of which no parts are promised: without its length, so that a reader
/// who asks for that first goes on to read it as a whole.
fn without_parts(mut whole: Response, requested: &Requested) -> Response {
    whole.headers_mut().remove(ACCEPT_RANGES);
    if requested.method == Method::HEAD {
        whole.headers_mut().remove(CONTENT_LENGTH);
        *whole.body_mut() = Body::empty();
    }
    whole
}

#[cfg(test)]
mod tests;

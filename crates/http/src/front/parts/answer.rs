use std::time::Duration;

use axum::body::Body;
use axum::http::header::{ACCEPT_RANGES, AGE, CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_MATCH};
use axum::http::{HeaderName, HeaderValue};
use axum::response::IntoResponse;
use bytes::Bytes;
use jiff::Timestamp;

use super::{HeaderMap, HttpBody, Method, Requested, Response, StatusCode, to_bytes};
use crate::problem::Problem;
use crate::reply::{Part, is_held, modified};

/// One version of an answer, of which parts can be had.
pub(super) struct Answer {
    headers: HeaderMap,
    body: Bytes,
    /// With its quotes.
    tag: HeaderValue,
}

impl Answer {
    /// Takes an answer whose bytes are all there, if it offers parts of them.
    pub(super) async fn of(response: Response) -> Result<Self, Response> {
        let offers = response.headers().contains_key(ACCEPT_RANGES);
        let tag = response.headers().get(ETAG).cloned();
        let (true, StatusCode::OK, Some(tag), Some(len)) =
            (offers, response.status(), tag, response.body().size_hint().exact())
        else {
            return Err(response);
        };
        let (mut parts, body) = response.into_parts();
        // Of the whole.
        parts.headers.remove(CONTENT_LENGTH);
        let body = to_bytes(body, usize::try_from(len).unwrap_or(usize::MAX)).await;
        let body = body.map_err(|_| Problem::internal().into_response())?;
        Ok(Self { headers: parts.headers, body, tag })
    }

    /// The same as it came.
    pub(super) fn into_whole(self) -> Response {
        let mut whole = Response::new(Body::from(self.body));
        *whole.headers_mut() = self.headers;
        whole
    }

    /// In bytes, the headers about.
    pub(super) fn weight(&self) -> usize {
        self.body.len() + 1_024
    }

    /// Whether a request names this version by one of its headers.
    pub(super) fn is_named(&self, requested: &Requested, header: HeaderName) -> bool {
        let named = requested.headers.get(header).map_or(&b""[..], |value| value.as_bytes());
        named.split(|&byte| byte == b',').any(|tag| tag.trim_ascii() == self.tag.as_bytes())
    }

    /// The answer to a request. `age` is for how long this version has been served.
    pub(super) fn respond(&self, requested: &Requested, age: Duration) -> Response {
        let must_match = requested.headers.get(IF_MATCH).is_some_and(|tags| tags != "*");
        if must_match && !self.is_named(requested, IF_MATCH) {
            return version_is_gone();
        }
        let mut response = Response::new(Body::empty());
        *response.headers_mut() = self.headers.clone();
        if age.as_secs() > 0 {
            response.headers_mut().insert(AGE, age.as_secs().into());
        }
        if self.is_held_by(requested) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else if requested.method == Method::HEAD {
            response.headers_mut().insert(CONTENT_LENGTH, self.body.len().into());
        } else {
            self.put_part(requested, &mut response);
        }
        response
    }

    fn is_held_by(&self, requested: &Requested) -> bool {
        let tag = self.tag.to_str().unwrap_or_default().trim_matches('"');
        is_held(&requested.headers, tag, modified(&self.headers).unwrap_or(Timestamp::MAX))
    }

    /// The part asked for, or the whole where that is no part.
    fn put_part(&self, requested: &Requested, response: &mut Response) {
        let len = self.body.len();
        let (status, body, range) =
            match Part::requested(&requested.headers, len, self.tag.as_bytes()) {
                Part::Whole => (StatusCode::OK, self.body.clone(), None),
                Part::Beyond => (
                    StatusCode::RANGE_NOT_SATISFIABLE,
                    Bytes::new(),
                    Some(format!("bytes */{len}")),
                ),
                Part::Bytes(range) => {
                    let sent = format!("bytes {}-{}/{len}", range.start, range.end - 1);
                    (StatusCode::PARTIAL_CONTENT, self.body.slice(range), Some(sent))
                }
            };
        *response.status_mut() = status;
        *response.body_mut() = body.into();
        let range = range.and_then(|range| range.try_into().ok());
        response.headers_mut().extend(range.map(|range| (CONTENT_RANGE, range)));
    }
}

fn version_is_gone() -> Response {
    let detail = "the version named by If-Match is no longer served; ask without it for the newest";
    Problem::plain(StatusCode::PRECONDITION_FAILED, "Another version", detail).into_response()
}

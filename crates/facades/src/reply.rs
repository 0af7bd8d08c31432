use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http::reply::{Encoded, JSON};
use http::{CachePolicy, Problem};
use serde::Serialize;

use super::beside::Beside;
use crate::Served;

/// An answer in JSON, with what is said beside it.
pub(super) fn json(
    served: &Served,
    asked: &HeaderMap,
    cache: CachePolicy,
    answer: &impl Serialize,
    beside: &Beside,
) -> Response {
    text(served, asked, cache, (JSON, body(answer)), beside)
}

/// An answer of any kind, likewise.
pub(super) fn text(
    served: &Served,
    asked: &HeaderMap,
    cache: CachePolicy,
    (kind, body): (&'static str, Vec<u8>),
    beside: &Beside,
) -> Response {
    let mut response = Encoded::new(kind, body, served.engine.now()).respond(cache, asked);
    beside.add_to(response.headers_mut());
    response
}

/// A refusal in the words of the protocol. Status, pause and what the log is told are
/// those of the problem; what the client reads is `answer`.
pub(super) fn refused(problem: Problem, status: StatusCode, answer: &impl Serialize) -> Response {
    let mut response = problem.into_response();
    *response.status_mut() = status;
    *response.body_mut() = Body::from(body(answer));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

fn body(answer: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(answer).expect("texts and finite numbers are always JSON")
}

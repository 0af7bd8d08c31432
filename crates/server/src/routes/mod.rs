//! The handlers: parse the question, ask the engine, answer.

pub(crate) mod assets;
pub(crate) mod config;
pub(crate) mod docs;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod latest;
pub(crate) mod pages;
pub(crate) mod sources;
pub(crate) mod stream;
pub(crate) mod v1;

use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use crate::cache_policy::CachePolicy;

/// A body that is JSON already.
fn json(cache: CachePolicy, body: impl Into<Bytes>) -> Response {
    let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (cache, kind, body.into()).into_response()
}

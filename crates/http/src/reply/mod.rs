//! Answers on their way out: encoded once for each version of what they show,
//! compressed once for each coding, and not sent at all to whoever has them.

mod coding;
mod condition;
mod encoded;
mod long_answers;
mod piecewise;
mod range;
mod response_cache;

pub use coding::Coding;
pub(crate) use condition::{is_held, modified};
pub use encoded::Encoded;
pub(crate) use encoded::Repeatable;
pub use long_answers::LongAnswers;
pub use piecewise::piecewise;
pub(crate) use range::Part;
pub use response_cache::{CacheUse, ResponseCache};

use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use crate::cache_policy::CachePolicy;

/// The kind of most answers.
pub const JSON: &str = "application/json";

/// A body that is JSON already.
pub fn json(cache: CachePolicy, body: impl Into<Bytes>) -> Response {
    let kind = [(CONTENT_TYPE, HeaderValue::from_static(JSON))];
    (cache, kind, body.into()).into_response()
}

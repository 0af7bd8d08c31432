use std::convert::Infallible;

use axum::body::Bytes;
use futures_util::Stream;

/// What an answer that goes on is made of, piece by piece. The item after the
/// last is `None`, and there is no error: what ends it is the reader.
pub trait Events: Stream<Item = Result<Bytes, Infallible>> + Send {}

impl<T: Stream<Item = Result<Bytes, Infallible>> + Send> Events for T {}

use std::io;

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use jiff::Timestamp;

use super::coding::{Coding, GzipPieces};
use super::condition::is_held;
use super::encoded::quoted;
use crate::cache_policy::CachePolicy;

/// An answer too long to hold: sent piece by piece as it is encoded, whatever
/// its length, compressed where gzip is welcome. `version` stands for all that
/// its bytes depend on.
pub fn piecewise(
    kind: &'static str,
    version: u64,
    cache: CachePolicy,
    asked: &HeaderMap,
    pieces: impl Iterator<Item = io::Result<Bytes>> + Send + 'static,
) -> Response {
    let tag = format!("{version:016x}");
    let packed = Coding::takes_gzip(asked);
    let mut response = if is_held(asked, &tag, Timestamp::MAX) {
        (StatusCode::NOT_MODIFIED, cache, ()).into_response()
    } else if packed {
        (cache, Body::from_stream(stream::iter(gzipped(pieces)))).into_response()
    } else {
        (cache, Body::from_stream(stream::iter(pieces))).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(VARY, HeaderValue::from_static("accept, accept-encoding"));
    if packed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(Coding::Gzip.as_str()));
        headers.insert(ETAG, quoted(&format!("{tag}-gzip")));
    } else {
        headers.insert(ETAG, quoted(&tag));
    }
    response
}

fn gzipped(
    pieces: impl Iterator<Item = io::Result<Bytes>> + Send + 'static,
) -> impl Iterator<Item = io::Result<Bytes>> + Send + 'static {
    let mut gzip = Some(GzipPieces::new());
    let mut pieces = pieces.fuse();
    std::iter::from_fn(move || match pieces.next() {
        Some(Ok(piece)) => gzip.as_mut().map(|gzip| gzip.piece(&piece)),
        Some(Err(error)) => {
            gzip = None;
            Some(Err(error))
        }
        None => gzip.take().map(GzipPieces::end),
    })
}

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, LAST_MODIFIED, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use jiff::Timestamp;

use super::coding::Coding;
use super::condition::{http_date, is_held};
use crate::cache_policy::CachePolicy;

/// Below this, compressing costs more than it saves.
const WORTH_COMPRESSING: usize = 860;

/// One version of an answer: its bytes, its tag, and its compressed forms, each
/// made when somebody first wants it.
#[derive(Debug)]
pub(crate) struct Encoded {
    kind: HeaderValue,
    plain: Bytes,
    tag: String,
    modified: Timestamp,
    modified_header: HeaderValue,
    packed: [OnceLock<Option<Packed>>; 3],
    plain_tag: HeaderValue,
}

/// A compressed form and its tag.
#[derive(Clone, Debug)]
struct Packed {
    body: Bytes,
    tag: HeaderValue,
}

impl Encoded {
    /// A body of a kind, as it came to be at an instant. Its tag is made of its
    /// bytes: equal tags mean equal bytes.
    pub(crate) fn new(kind: &'static str, body: Vec<u8>, modified: Timestamp) -> Self {
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        let tag = format!("{:016x}", hasher.finish());
        Self {
            kind: HeaderValue::from_static(kind),
            plain_tag: quoted(&tag),
            plain: body.into(),
            tag,
            modified,
            modified_header: HeaderValue::from_str(&http_date(modified))
                .expect("a date is plain ASCII"),
            packed: Default::default(),
        }
    }

    /// How many bytes it holds, compressed forms left out.
    pub(crate) fn len(&self) -> usize {
        self.plain.len()
    }

    /// The answer to one request: nothing new, or the bytes in the form its
    /// sender would rather have.
    pub(crate) fn respond(&self, cache: CachePolicy, asked: &HeaderMap) -> Response {
        let coding = Coding::chosen(asked);
        let packed = self.packed(coding);
        let tag = packed.map_or(&self.plain_tag, |packed| &packed.tag).clone();
        let mut response = if is_held(asked, &self.tag, self.modified) {
            (StatusCode::NOT_MODIFIED, cache, ()).into_response()
        } else {
            let body = packed.map_or(&self.plain, |packed| &packed.body).clone();
            (cache, Body::from(body)).into_response()
        };
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, self.kind.clone());
        headers.insert(ETAG, tag);
        headers.insert(LAST_MODIFIED, self.modified_header.clone());
        headers.insert(VARY, HeaderValue::from_static("accept, accept-encoding"));
        if packed.is_some() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.as_str()));
        }
        response
    }

    fn packed(&self, coding: Coding) -> Option<&Packed> {
        let place = match coding {
            Coding::Identity => return None,
            Coding::Gzip => 0,
            Coding::Brotli => 1,
            Coding::Zstd => 2,
        };
        self.packed[place].get_or_init(|| self.pack(coding)).as_ref()
    }

    fn pack(&self, coding: Coding) -> Option<Packed> {
        if self.plain.len() < WORTH_COMPRESSING {
            return None;
        }
        let body = coding.compress(&self.plain).ok()?;
        let tag = quoted(&format!("{}-{}", self.tag, coding.as_str()));
        Some(Packed { body: body.into(), tag })
    }
}

pub(super) fn quoted(tag: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{tag}\"")).expect("a tag is hexadecimal")
}

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_TYPE, ETAG, LAST_MODIFIED, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use jiff::Timestamp;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::block_in_place;

use super::coding::Coding;
use super::condition::{http_date, is_held};
use crate::cache_policy::CachePolicy;

/// Below this, compressing costs more than it saves.
const WORTH_COMPRESSING: usize = 860;

/// From this length on, compressing takes so long that others must not wait
/// behind it for their turn on the same thread.
const LONG: usize = 256 << 10;

/// Room for the headers of an answer, those of the front included, so that they
/// are not moved while they are set.
const HEADERS: usize = 18;

/// One version of an answer: its bytes, its tag, and its compressed forms, each
/// made when somebody first wants it.
#[derive(Debug)]
pub struct Encoded {
    kind: HeaderValue,
    plain: Bytes,
    tag: String,
    modified: Timestamp,
    modified_header: HeaderValue,
    packed: [OnceLock<Option<Packed>>; 3],
    plain_tag: HeaderValue,
    beside: HeaderMap,
}

/// An answer that is the same for all who ask the same at the same time.
#[derive(Clone)]
pub(crate) struct Repeatable {
    encoded: Arc<Encoded>,
    cache: CachePolicy,
}

impl Repeatable {
    /// The answer to one of them.
    pub(crate) fn respond(&self, asked: &HeaderMap) -> Response {
        self.encoded.respond(self.cache, asked)
    }

    /// How many bytes it holds, compressed forms included, about.
    pub(crate) fn bytes(&self) -> usize {
        2 * self.encoded.len()
    }

    /// For how many seconds it will be the same, whatever changes; none where it may not.
    pub(crate) fn lasts(&self) -> Option<u64> {
        match self.cache {
            CachePolicy::Settled(_) => u64::try_from(self.cache.seconds()).ok(),
            _ => None,
        }
    }
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
    pub fn new(kind: &'static str, body: Vec<u8>, modified: Timestamp) -> Self {
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
            beside: HeaderMap::new(),
        }
    }

    /// The same, with these headers beside the bytes.
    #[must_use]
    pub fn beside(mut self, headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>) -> Self {
        self.beside.extend(headers);
        self
    }

    /// How many bytes it holds, compressed forms left out.
    pub(super) fn len(&self) -> usize {
        self.plain.len()
    }

    /// The answer to one request: nothing new, or the bytes in the form its
    /// sender would rather have. That parts of it can be had is the front's to keep.
    pub fn respond(&self, cache: CachePolicy, asked: &HeaderMap) -> Response {
        let coding = Coding::chosen(asked);
        let packed = self.packed(coding);
        let tag = packed.map_or(&self.plain_tag, |packed| &packed.tag).clone();
        let mut response = Response::new(Body::empty());
        *response.headers_mut() = HeaderMap::with_capacity(HEADERS);
        if is_held(asked, &self.tag, self.modified) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            *response.body_mut() = packed.map_or(&self.plain, |packed| &packed.body).clone().into();
        }
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, self.kind.clone());
        headers.insert(ETAG, tag);
        headers.insert(LAST_MODIFIED, self.modified_header.clone());
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        headers.insert(VARY, HeaderValue::from_static("accept, accept-encoding"));
        headers.extend(self.beside.iter().map(|(name, said)| (name.clone(), said.clone())));
        if packed.is_some() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.as_str()));
        }
        (cache, response).into_response()
    }

    /// The same, where nothing of a request but its address and the forms that it accepts
    /// decides what is said: whoever asks the same at the same time may be given it too.
    pub fn respond_to_all(self: &Arc<Self>, cache: CachePolicy, asked: &HeaderMap) -> Response {
        let mut response = self.respond(cache, asked);
        response.extensions_mut().insert(Repeatable { encoded: Arc::clone(self), cache });
        response
    }

    fn packed(&self, coding: Coding) -> Option<&Packed> {
        let place = match coding {
            Coding::Identity => return None,
            Coding::Gzip => 0,
            Coding::Brotli => 1,
            Coding::Zstd => 2,
        };
        let packed = &self.packed[place];
        let made = packed.get().unwrap_or_else(|| {
            aside(self.plain.len(), || packed.get_or_init(|| self.pack(coding)))
        });
        made.as_ref()
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

/// Does what takes long for a body of this length while other threads take over
/// the tasks of this one, where there are others.
fn aside<T>(length: usize, work: impl FnOnce() -> T) -> T {
    let has_others = || {
        let runtime = Handle::try_current();
        runtime.is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::MultiThread)
    };
    if length >= LONG && has_others() { block_in_place(work) } else { work() }
}

pub(super) fn quoted(tag: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{tag}\"")).expect("a tag is hexadecimal")
}

#[cfg(test)]
mod tests {
    use axum::http::header::ACCEPT_ENCODING;

    use super::*;

    fn a_long_body_is_compressed() {
        let body = b"7150.09,".repeat(LONG / 8);
        let encoded = Encoded::new("text/plain", body, Timestamp::UNIX_EPOCH);
        let asked = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("gzip"))]);
        let response = encoded.respond(CachePolicy::Never, &asked);
        assert_eq!(response.headers()[CONTENT_ENCODING], "gzip");
        assert!(encoded.packed(Coding::Gzip).unwrap().body.len() < LONG / 100);
    }

    #[tokio::test]
    async fn a_long_body_is_compressed_where_there_is_one_thread() {
        a_long_body_is_compressed();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_long_body_is_compressed_where_there_are_many() {
        a_long_body_is_compressed();
    }
}

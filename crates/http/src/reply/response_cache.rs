use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::sync::Cache;

use super::Encoded;

/// Memory for answers as they are sent, in bytes.
const ROOM: u64 = 32 << 20;

/// An answer that nobody asks for so long is let go: what was asked for once, of names
/// that do not exist too, does not fill the room.
const ASKED_WITHIN: Duration = Duration::from_mins(1);

/// What is held beside the bytes of each answer, about.
const BESIDE: usize = 512;

/// Answers as they were last sent. One is encoded again when what it shows has
/// another version.
pub struct ResponseCache {
    replies: Cache<String, Cached>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// How full it is and what it was good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheUse {
    /// What the answers in it take, about.
    pub bytes: u64,
    /// Answers that were in it.
    pub hits: u64,
    /// Answers that had to be encoded.
    pub misses: u64,
}

#[derive(Clone)]
struct Cached {
    version: u64,
    encoded: Arc<Encoded>,
}

impl Default for ResponseCache {
    fn default() -> Self {
        let weigh = |key: &String, cached: &Cached| {
            // Compressed forms together are about as large again at most.
            u32::try_from(key.len() + 2 * cached.encoded.len() + BESIDE).unwrap_or(u32::MAX)
        };
        let replies = Cache::builder().max_capacity(ROOM).weigher(weigh).time_to_idle(ASKED_WITHIN);
        let (hits, misses) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { replies: replies.build(), hits, misses }
    }
}

impl ResponseCache {
    /// The answer cached under a key, if it is of this version.
    pub fn cached(&self, key: &str, version: u64) -> Option<Arc<Encoded>> {
        let cached = self.replies.get(key).filter(|cached| cached.version == version)?;
        self.hits.fetch_add(1, Ordering::Relaxed);
        Some(cached.encoded)
    }

    /// The answer cached under a key, if it is of this version; else it is made,
    /// and cached.
    pub fn get<E>(
        &self,
        key: &str,
        version: u64,
        encode: impl FnOnce() -> Result<Encoded, E>,
    ) -> Result<Arc<Encoded>, E> {
        if let Some(cached) = self.cached(key, version) {
            return Ok(cached);
        }
        let encoded = Arc::new(encode()?);
        self.misses.fetch_add(1, Ordering::Relaxed);
        self.replies.insert(key.to_owned(), Cached { version, encoded: Arc::clone(&encoded) });
        Ok(encoded)
    }

    /// How full it is and what it was good for.
    pub fn usage(&self) -> CacheUse {
        CacheUse {
            bytes: self.replies.weighted_size(),
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use jiff::Timestamp;

    use super::*;

    #[test]
    fn an_answer_is_encoded_once_for_each_version() {
        let cache = ResponseCache::default();
        let mut times = 0;
        let mut get = |version| {
            let encode = || {
                times += 1;
                Ok::<_, Infallible>(Encoded::new("text/plain", vec![b'x'], Timestamp::UNIX_EPOCH))
            };
            let Ok(_) = cache.get("/latest", version, encode);
            times
        };
        assert_eq!([get(1), get(1), get(2), get(2)], [1, 1, 2, 2]);
        let CacheUse { hits, misses, .. } = cache.usage();
        assert_eq!((hits, misses), (2, 2));
    }
}

use std::sync::Arc;
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
        Self { replies: replies.build() }
    }
}

impl ResponseCache {
    /// The answer cached under a key, if it is of this version.
    pub fn cached(&self, key: &str, version: u64) -> Option<Arc<Encoded>> {
        self.replies
            .get(key)
            .filter(|cached| cached.version == version)
            .map(|cached| cached.encoded)
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
        self.replies.insert(key.to_owned(), Cached { version, encoded: Arc::clone(&encoded) });
        Ok(encoded)
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
    }
}

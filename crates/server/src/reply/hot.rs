use std::sync::Arc;

use moka::sync::Cache;

use super::Encoded;

/// Memory for answers as they are sent, in bytes.
const ROOM: u64 = 32 << 20;

/// What is kept beside the bytes of each answer, about.
const BESIDE: usize = 512;

/// Answers as they were last sent. One is encoded again when what it shows has
/// another version.
pub(crate) struct Hot {
    kept: Cache<String, Kept>,
}

#[derive(Clone)]
struct Kept {
    version: u64,
    encoded: Arc<Encoded>,
}

impl Default for Hot {
    fn default() -> Self {
        let weigh = |key: &String, kept: &Kept| {
            // Compressed forms together are about as large again at most.
            u32::try_from(key.len() + 2 * kept.encoded.len() + BESIDE).unwrap_or(u32::MAX)
        };
        Self { kept: Cache::builder().max_capacity(ROOM).weigher(weigh).build() }
    }
}

impl Hot {
    /// The answer kept under a key, if it is of this version.
    pub(crate) fn kept(&self, key: &str, version: u64) -> Option<Arc<Encoded>> {
        self.kept.get(key).filter(|kept| kept.version == version).map(|kept| kept.encoded)
    }

    /// The answer kept under a key, if it is of this version; else it is made,
    /// and kept.
    pub(crate) fn get<E>(
        &self,
        key: &str,
        version: u64,
        encode: impl FnOnce() -> Result<Encoded, E>,
    ) -> Result<Arc<Encoded>, E> {
        if let Some(kept) = self.kept(key, version) {
            return Ok(kept);
        }
        let encoded = Arc::new(encode()?);
        self.kept.insert(key.to_owned(), Kept { version, encoded: Arc::clone(&encoded) });
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
        let hot = Hot::default();
        let mut times = 0;
        let mut get = |version| {
            let encode = || {
                times += 1;
                Ok::<_, Infallible>(Encoded::new("text/plain", vec![b'x'], Timestamp::UNIX_EPOCH))
            };
            let Ok(_) = hot.get("/latest", version, encode);
            times
        };
        assert_eq!([get(1), get(1), get(2), get(2)], [1, 1, 2, 2]);
    }
}

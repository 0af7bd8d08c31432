use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::pbkdf2::{self, PBKDF2_HMAC_SHA256};
use ring::rand::SecureRandom;
use serde::{Deserialize, Serialize};

use crate::kept_as_text::kept_as_text;
use crate::secret::Secret;

const SALT: usize = 16;
const HASH: usize = 32;
const NAME: &str = "pbkdf2-sha256";

/// What OWASP's Password Storage Cheat Sheet (2023) asks of PBKDF2 with HMAC-SHA-256.
const ROUNDS: NonZeroU32 = NonZeroU32::new(600_000).expect("it is more than none");

/// What is kept of a secret: enough to know it again, and no help to whoever reads it
/// (PBKDF2, RFC 8018, section 5.2). Written as `pbkdf2-sha256$ROUNDS$SALT$HASH`, the last
/// two in Base64 without padding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct Hashed {
    rounds: NonZeroU32,
    salt: [u8; SALT],
    hash: [u8; HASH],
}

/// A text is not what is kept of a secret.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no hash of a key; it begins with {NAME}$")]
pub(crate) struct NotAHash(String);

impl Hashed {
    /// What to keep of a secret. Takes a quarter of a second, by intent.
    pub(crate) fn of(secret: &Secret, random: &dyn SecureRandom) -> Self {
        let mut salt = [0; SALT];
        random.fill(&mut salt).expect("the system has randomness");
        let mut hash = [0; HASH];
        pbkdf2::derive(PBKDF2_HMAC_SHA256, ROUNDS, &salt, secret.reveal().as_bytes(), &mut hash);
        Self { rounds: ROUNDS, salt, hash }
    }

    /// Whether it is of this secret. Takes as long, and the same time for each.
    pub(crate) fn is_of(&self, secret: &Secret) -> bool {
        let Self { rounds, salt, hash } = self;
        let secret = secret.reveal().as_bytes();
        pbkdf2::verify(PBKDF2_HMAC_SHA256, *rounds, salt, secret, hash).is_ok()
    }
}

impl fmt::Display for Hashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [salt, hash] = [&self.salt[..], &self.hash[..]].map(|it| STANDARD_NO_PAD.encode(it));
        write!(f, "{NAME}${}${salt}${hash}", self.rounds)
    }
}

impl FromStr for Hashed {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        read(text).ok_or_else(|| NotAHash(text.to_owned()))
    }
}

fn read(text: &str) -> Option<Hashed> {
    let (rounds, rest) = text.strip_prefix(NAME)?.strip_prefix('$')?.split_once('$')?;
    let (salt, hash) = rest.split_once('$')?;
    let bytes = |text: &str| STANDARD_NO_PAD.decode(text).ok();
    let (salt, hash) = (bytes(salt)?.try_into().ok()?, bytes(hash)?.try_into().ok()?);
    Some(Hashed { rounds: rounds.parse().ok()?, salt, hash })
}

kept_as_text!(Hashed);

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::*;

    #[test]
    fn a_secret_is_known_again_and_no_other_is() {
        let random = SystemRandom::new();
        let secret = Secret::random(None, &random);
        let hashed = Hashed::of(&secret, &random);
        let read: Hashed = hashed.to_string().parse().unwrap();
        assert!(read == hashed && read.is_of(&secret));
        assert!(!read.is_of(&Secret::random(Some(secret.id()), &random)));
        assert!(!hashed.to_string().contains(secret.reveal()));
    }

    #[test]
    fn what_is_no_hash_is_refused() {
        for odd in ["", "pbkdf2-sha256$", "md5$1$a$b", "pbkdf2-sha256$0$AAAAAAAAAAAAAAAAAAAAAA$AA"]
        {
            assert!(odd.parse::<Hashed>().is_err(), "{odd}");
        }
    }
}

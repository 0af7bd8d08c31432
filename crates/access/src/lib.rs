//! Keys: who may use the service, for what, how much of it and until when.
//!
//! A key is a record in a file; its holder has the secret. Knows neither HTTP nor markets.

mod audience;
mod file;
mod hash;
mod kept_as_text;
mod key;
mod keyring;
mod name;
mod networks;
mod rate;
mod scope;
mod secret;

pub use audience::{Audience, NotAnAudience};
pub use file::{ChangeError, KeyFile, KeyFileError};
pub use key::{Key, NoSuchKey, Terms, find};
pub use keyring::{Closed, Instant, Keyring, Looked, Pass, Proof, Refusal};
pub use name::{Name, NotAName};
pub use networks::{Networks, NotANetwork};
pub use rate::{Left, NotARate, Rate, Share};
pub use scope::{NotAScope, Scope, Scopes};
pub use secret::{Secret, masked};

/// Where secrets come from.
pub use ring::rand::{SecureRandom, SystemRandom};

use std::fmt;
use std::sync::Arc;

use market::{Clock, SourceFacts, SourcePorts, UpstreamFacts};
use url::Url;

use crate::http::Client;
use crate::socket::Dialer;

/// One source: what is known of it, and how it is reached.
pub struct Provider {
    /// What is known of it before it is asked.
    pub facts: &'static SourceFacts,
    pub(crate) connect: fn(&Kit<'_>) -> SourcePorts,
}

/// What the clients of upstreams are made with.
pub struct Kit<'a> {
    /// Asks over HTTP.
    pub http: Client,
    /// Says when something was received.
    pub clock: Arc<dyn Clock>,
    /// Opens streams.
    pub dialer: Dialer,
    /// Where each upstream is.
    pub access: &'a dyn Fn(&UpstreamFacts) -> Access,
}

/// Where an upstream is asked, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Its address, by default [`UpstreamFacts::address`].
    pub address: Url,
    /// Its key, where it has a setting for one and somebody set it.
    pub key: Option<Key>,
}

/// A secret: it can be sent to its upstream, and is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    text: String,
    /// The second half, empty where it has none.
    secret: String,
}

impl Provider {
    /// Clients for all that it can be asked. Nobody is asked yet.
    pub fn connect(&self, kit: &Kit<'_>) -> SourcePorts {
        (self.connect)(kit)
    }
}

impl Kit<'_> {
    pub(crate) fn address(&self, upstream: &UpstreamFacts) -> Url {
        (self.access)(upstream).address
    }

    pub(crate) fn key(&self, upstream: &UpstreamFacts) -> Option<Key> {
        (self.access)(upstream).key
    }
}

impl Key {
    /// Takes a key as its owner wrote it.
    pub fn new(key: String) -> Self {
        Self { text: key, secret: String::new() }
    }

    /// The same key with its second half.
    #[must_use]
    pub fn with_secret(self, secret: String) -> Self {
        Self { secret, ..self }
    }

    /// The key itself, for a request to its upstream and nothing else.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// Its second half, for the same; empty where it has none.
    pub fn reveal_secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

use std::collections::HashMap;

use market::{SourceFacts, UpstreamFacts};
use providers::{Access, Key};
use url::Url;

use super::reader::Reader;

/// Where each upstream is, by its name.
#[derive(Clone, Debug)]
pub struct Upstreams(HashMap<&'static str, Access>);

impl Upstreams {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let access = |upstream: &'static UpstreamFacts| {
            let address = reader.parse(upstream.address_setting, |text| address(text, upstream));
            let key = upstream.key.as_ref().map(|key| reader.text(key.name));
            let key = key.filter(|key| !key.is_empty()).map(Key::new);
            (upstream.name, Access { address, key })
        };
        Self(providers::upstreams().map(access).collect())
    }

    /// Where an upstream is asked, and with what.
    pub(crate) fn access(&self, upstream: &UpstreamFacts) -> Access {
        self.0.get(upstream.name).cloned().expect("all that are registered are read")
    }

    /// Whether a source can be asked: no key is missing without which it answers
    /// nobody.
    pub(crate) fn unlock(&self, source: &SourceFacts) -> bool {
        let is_locked = |upstream: &UpstreamFacts| {
            upstream.key.is_some() && self.access(upstream).key.is_none()
        };
        !source.upstreams().any(is_locked)
    }
}

/// Reads an address of the kind that an upstream has.
fn address(text: &str, upstream: &UpstreamFacts) -> Result<Url, String> {
    if upstream.address.starts_with("ws") { stream_url(text) } else { base_url(text) }
}

fn base_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok();
    let fits = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.query().is_none()
            && url.fragment().is_none()
    };
    url.filter(fits).ok_or_else(|| "use an address such as https://example.com".into())
}

fn stream_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok();
    let fits = |url: &Url| matches!(url.scheme(), "ws" | "wss") && url.fragment().is_none();
    url.filter(fits).ok_or_else(|| "use an address such as wss://example.com".into())
}

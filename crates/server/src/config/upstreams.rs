use std::collections::HashMap;

use market::{KeySetting, Limit, Source, SourceFacts, UpstreamFacts};
use providers::{Access, Key};
use url::Url;

use super::reader::Reader;

/// Where each upstream is, by its name, and what the plan of its key allows.
#[derive(Clone, Debug)]
pub struct Upstreams {
    access: HashMap<&'static str, Access>,
    limits: HashMap<&'static str, Vec<Limit>>,
}

impl Upstreams {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let access = |upstream: &'static UpstreamFacts| {
            let address = reader.parse(upstream.address_setting, |text| address(text, upstream));
            let key = upstream.key.as_ref().and_then(|setting| key(reader, setting));
            (upstream.name, Access { address, key })
        };
        let access = providers::upstreams().map(access).collect();
        let limits = providers::upstreams().filter_map(|upstream| {
            let setting = upstream.key.as_ref()?.allowance;
            let limits =
                reader.parse(setting, |text| Limit::all(text).map_err(|it| it.to_string()));
            Some((upstream.name, limits))
        });
        Self { access, limits: limits.collect() }
    }

    /// Limits that stand in place of those of the free plan, where somebody set any.
    pub(crate) fn limits(&self) -> impl Iterator<Item = (Source, Vec<Limit>)> + '_ {
        let set = self.limits.iter().filter(|(_, limits)| !limits.is_empty());
        set.map(|(name, limits)| (Source::new(name), limits.clone()))
    }

    /// Where an upstream is asked, and with what.
    pub(crate) fn access(&self, upstream: &UpstreamFacts) -> Access {
        self.access.get(upstream.name).cloned().expect("all that are registered are read")
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

/// Reads a key, with its second half where it has one.
fn key(reader: &mut Reader<'_>, setting: &KeySetting) -> Option<Key> {
    let key = reader.secret(setting.name, setting.file).map(Key::new);
    let Some(second) = &setting.secret else { return key };
    match (key, reader.secret(second.name, second.file)) {
        (Some(key), Some(secret)) => Some(key.with_secret(secret)),
        (Some(_), None) => reader.missing(second.name, setting.name),
        (None, Some(_)) => reader.missing(setting.name, second.name),
        (None, None) => None,
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

#[cfg(test)]
mod tests {
    use market::{Allowance, Credit, Polled, Redistribution};

    use super::*;

    static KEYED: SourceFacts = SourceFacts {
        name: "keyed",
        credit: Credit { text: "Keyed", url: None },
        polled: Some(Polled {
            upstream: UpstreamFacts {
                name: "keyed",
                label: "Keyed",
                gives: "",
                address: "https://example.com",
                address_setting: "MARKETPULSE_KEYED_URL",
                address_about: "",
                key: Some(KeySetting {
                    name: "MARKETPULSE_KEYED_KEY",
                    file: "",
                    secret: None,
                    allowance: "",
                    about: "",
                }),
                allowance: Allowance {
                    per_hour: 1.0,
                    burst: 1.0,
                    terms: "",
                    terms_url: "",
                    redistribution: Redistribution::Private,
                },
                probe: "AAPL",
            },
            ranks: &[],
            is_live: true,
            intervals: &[],
            tells_actions: true,
        }),
        streamed: None,
        spelling: None,
        reference: None,
    };

    fn with_key(key: Option<&str>) -> Upstreams {
        let key = key.map(|key| Key::new(key.to_owned()));
        let access = Access { address: "https://example.com".parse().unwrap(), key };
        Upstreams { access: HashMap::from([("keyed", access)]), limits: HashMap::new() }
    }

    #[test]
    fn a_source_without_its_key_is_not_asked() {
        assert!(!with_key(None).unlock(&KEYED));
        let upstreams = with_key(Some("secret"));
        assert!(upstreams.unlock(&KEYED));
        let upstream = KEYED.upstreams().next().unwrap();
        assert_eq!(upstreams.access(upstream).key.unwrap().reveal(), "secret");
    }

    #[test]
    fn a_key_is_shown_to_nobody() {
        let shown = format!("{:?}", with_key(Some("secret")));
        assert!(shown.contains("keyed") && !shown.contains("secret"), "{shown}");
    }
}

use std::path::{Path, PathBuf};

use egress::EXCEPT;
use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;

use crate::Hosts;

/// The variables in which clients look for the certificates to trust. The file takes the
/// place of what they trust by themselves, but for the last, which adds to it.
pub const CA_VARIABLES: [&str; 5] = [
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "PERL_LWP_SSL_CA_FILE",
    "NODE_EXTRA_CA_CERTS",
];

/// Some clients hear only the one, some only the other.
const PROXY_VARIABLES: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];

/// What a program's environment says so that it asks a proxy of ours and trusts it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    /// Set to a value.
    pub set: Vec<(&'static str, String)>,
    /// Taken away.
    pub unset: Vec<&'static str>,
}

impl Variables {
    /// Those for a proxy at an address, and a file of certificates.
    pub fn new(proxy: &str, bundle: &Path) -> Self {
        let proxies = PROXY_VARIABLES.map(|name| (name, proxy.to_owned()));
        let bundle = bundle.display().to_string();
        let certificates = CA_VARIABLES.map(|name| (name, bundle.clone()));
        // Without it Node takes no notice of the proxy.
        let heeded = [("NODE_USE_ENV_PROXY", "1".to_owned())];
        let set = proxies.into_iter().chain(certificates).chain(heeded).collect();
        Self { set, unset: Vec::new() }
    }

    /// The same, with exceptions from proxies as they were but for those that speak of
    /// `hosts`: a program that asks these straight does not ask us.
    #[must_use]
    pub fn excepting_as_before(
        mut self,
        hosts: Hosts,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Self {
        for name in EXCEPT {
            let Some(before) = variable(name) else { continue };
            let left = except_others(&before, |alone, entry| speaks_of(hosts, alone, entry));
            match left.as_str() {
                "" => self.unset.push(name),
                _ if left == before => {}
                _ => self.set.push((name, left)),
            }
        }
        self
    }

    /// One more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.set.push((name, value));
        self
    }
}

/// What is left of a list of exceptions without those that speak of one of `hosts`.
fn except_others(list: &str, is_meant: impl Fn(&Matcher, &str) -> bool) -> String {
    let entries = list.split(',').map(str::trim).filter(|it| !it.is_empty());
    let alone =
        |entry: &str| Matcher::builder().https("http://proxy.invalid").no(entry.to_owned()).build();
    let others: Vec<_> = entries.filter(|entry| !is_meant(&alone(entry), entry)).collect();
    others.join(",")
}

/// Whether an exception keeps one of the hosts from the proxy.
fn speaks_of(hosts: Hosts, alone: &Matcher, entry: &str) -> bool {
    let is_excepted = |host: String| {
        let uri = Uri::builder().scheme("https").authority(host).path_and_query("/").build();
        uri.is_ok_and(|uri| alone.intercept(&uri).is_none())
    };
    let name = entry.trim_start_matches(['*', '.']);
    let name = name.split(':').next().unwrap_or_default();
    hosts.contain(name) || entry == "*" || hosts.examples().any(is_excepted)
}

/// The files of certificates that an environment named before, each with its variable.
pub(crate) fn named_before(
    variable: impl Fn(&str) -> Option<String>,
) -> Vec<(&'static str, PathBuf)> {
    let named = CA_VARIABLES.into_iter().filter_map(|name| Some((name, variable(name)?)));
    named.filter(|(_, path)| !path.is_empty()).map(|(name, path)| (name, path.into())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTS: Hosts = Hosts::new(&["*.data.example", "data.example"]);

    fn left(no_proxy: &str) -> Variables {
        let variables = Variables::default();
        variables.excepting_as_before(HOSTS, |it| (it == "NO_PROXY").then(|| no_proxy.to_owned()))
    }

    #[test]
    fn exceptions_stay_but_for_the_hosts_that_are_to_be_answered() {
        assert_eq!(left("localhost,10.0.0.0/8"), Variables::default());
        assert_eq!(left("*").unset, ["NO_PROXY"]);
        assert_eq!(left("data.example").unset, ["NO_PROXY"]);
        let set = |value: &str| vec![("NO_PROXY", value.to_owned())];
        assert_eq!(left("localhost, .example,intern").set, set("localhost,intern"));
        assert_eq!(left("query2.data.example:443,intern").set, set("intern"));
    }

    #[test]
    fn every_client_finds_the_proxy_and_the_certificates() {
        let given = Variables::new("http://x:y@127.0.0.1:1", Path::new("/roots.pem"));
        let value = |name| given.set.iter().find(|(it, _)| *it == name).map(|(_, it)| it.as_str());
        assert_eq!(value("https_proxy"), Some("http://x:y@127.0.0.1:1"));
        assert_eq!(value("SSL_CERT_FILE"), Some("/roots.pem"));
        assert_eq!(value("NODE_USE_ENV_PROXY"), Some("1"));
    }
}

/// The hosts that a protocol's clients ask, which are answered from the service.
///
/// A name stands for itself; `*.example.com` for everything below `example.com`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hosts(&'static [&'static str]);

impl Hosts {
    /// Takes the names as their protocol's provider lists them, in lower case.
    pub const fn new(names: &'static [&'static str]) -> Self {
        Self(names)
    }

    /// Whether a host is one of them, however it is spelt.
    pub fn contain(self, host: &str) -> bool {
        let host = plain(host);
        self.0.iter().any(|name| match name.strip_prefix('*') {
            Some(below) => host.ends_with(below) && host.len() > below.len(),
            None => host == *name,
        })
    }

    /// The domains that all of them lie in, each once: what a certificate authority may
    /// speak for. The domain of a name takes in all that is below it.
    pub(crate) fn domains(self) -> Vec<&'static str> {
        let mut domains: Vec<_> =
            self.0.iter().map(|name| name.strip_prefix("*.").unwrap_or(name)).collect();
        domains.sort_unstable();
        domains.dedup();
        domains
    }

    /// A host for each of the names.
    pub(crate) fn examples(self) -> impl Iterator<Item = String> {
        self.0.iter().map(|name| name.replace('*', "any"))
    }
}

/// A host as it is written here: in lower case, and without the dot at its end that says
/// that nothing follows.
pub(crate) fn plain(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTS: Hosts = Hosts::new(&["*.data.example", "data.example", "www.example"]);

    #[test]
    fn a_name_is_itself_and_a_star_is_all_below() {
        let check = |host, expected| assert_eq!(HOSTS.contain(host), expected, "{host}");
        check("data.example", true);
        check("Query1.Data.Example", true);
        check("query1.data.example.", true);
        check("a.b.data.example", true);
        check("www.example", true);
        check("a.www.example", false);
        check("notdata.example", false);
        check(".data.example", false);
        check("data.example.com", false);
        check("", false);
    }

    #[test]
    fn an_authority_speaks_for_each_domain_once() {
        assert_eq!(HOSTS.domains(), ["data.example", "www.example"]);
        let examples: Vec<_> = HOSTS.examples().collect();
        assert_eq!(examples, ["any.data.example", "data.example", "www.example"]);
        assert!(examples.iter().all(|it| HOSTS.contain(it)));
    }
}

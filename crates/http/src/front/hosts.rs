use std::net::{Ipv4Addr, Ipv6Addr};

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use table::text::short;

use crate::problem::Problem;

/// The names under which requests are answered: addresses, `localhost`, names without a
/// dot, and others that are given.
///
/// A page in a browser that was led here by a name of its own (DNS rebinding) would
/// otherwise read what is served to this machine or its network. It has a name with a
/// dot: one without is of the network of whoever asks, as `nas` or the name of a
/// container are.
#[derive(Clone, Debug)]
pub struct Hosts {
    names: Vec<String>,
    remedy: &'static str,
}

impl Hosts {
    /// These names beside those that are always served, each for one port or for all.
    /// `*.prices.example` stands for all below `prices.example`, and `*` for all there
    /// are. `remedy` says to whoever is refused what would work.
    pub fn new(names: Vec<String>, remedy: &'static str) -> Self {
        Self { names, remedy }
    }

    /// Why a request is not answered, if it is addressed to another. One without a name
    /// is of no browser.
    pub(super) fn fault(&self, request: &Request) -> Option<Problem> {
        let host = addressed(request).filter(|host| !self.serves(host))?;
        let detail = format!("this service does not answer as {:?}; {}", short(host), self.remedy);
        Some(Problem::plain(StatusCode::MISDIRECTED_REQUEST, "Host not served", detail))
    }

    fn serves(&self, host: &str) -> bool {
        let (name, port) = parts(host);
        is_address(name)
            || is_localhost(name)
            || is_without_dot(name)
            || self.names.iter().any(|known| is_meant(known, name, port))
    }
}

/// To whom a request is addressed, with the port if one is named.
pub(super) fn addressed(request: &Request) -> Option<&str> {
    let of_header = || request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map(Authority::as_str).or_else(of_header);
    host.filter(|host| !host.is_empty())
}

/// A name or an address, and the port after it.
fn parts(host: &str) -> (&str, Option<&str>) {
    // Those within brackets are of an address.
    let from = host.rfind(']').unwrap_or_default();
    let port = host[from..].rfind(':').map(|at| from + at);
    let (name, port) = port.map_or((host, None), |at| (&host[..at], Some(&host[at + 1..])));
    (name.strip_suffix('.').unwrap_or(name), port)
}

fn is_address(name: &str) -> bool {
    let within = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    within.map_or_else(|| name.parse::<Ipv4Addr>().is_ok(), |it| it.parse::<Ipv6Addr>().is_ok())
}

fn is_without_dot(name: &str) -> bool {
    !name.contains(['.', '['])
}

/// No name below it is anybody's (RFC 6761, section 6.3).
fn is_localhost(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost") || ends_with(name, ".localhost")
}

/// Whether this is the machine itself.
pub(super) fn is_this_machine(host: &str) -> bool {
    let (name, _) = parts(host);
    let is_loopback = |address: Ipv4Addr| address.is_loopback();
    is_localhost(name) || name == "[::1]" || name.parse().is_ok_and(is_loopback)
}

fn is_meant(known: &str, name: &str, port: Option<&str>) -> bool {
    let (wanted, of_port) = parts(known);
    let is_name = match wanted.strip_prefix('*') {
        Some(below) => ends_with(name, below),
        None => name.eq_ignore_ascii_case(wanted),
    };
    is_name && (of_port.is_none() || of_port == port)
}

fn ends_with(name: &str, end: &str) -> bool {
    let rest = name.len().checked_sub(end.len()).and_then(|at| name.as_bytes().get(at..));
    rest.is_some_and(|rest| rest.eq_ignore_ascii_case(end.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_this_machine_and_given_names_are_served_and_no_others() {
        let names = ["prices.example", "nas.example:5000", "*.corp.example"].map(str::to_owned);
        let hosts = Hosts::new(names.to_vec(), "");
        for served in [
            "127.0.0.1",
            "127.0.0.1:5000",
            "10.0.0.7:80",
            "[::1]:5000",
            "[fe80::1]",
            "localhost",
            "LocalHost:9",
            "localhost.",
            "a.localhost:5000",
            "prices.example",
            "Prices.Example:8080",
            "prices.example.",
            "nas.example:5000",
            "nas",
            "marketpulse:5000",
            "a.corp.example",
            "a.b.corp.example:443",
        ] {
            assert!(hosts.serves(served), "{served}");
        }
        for other in [
            "evil.example",
            "prices.example.evil",
            "xprices.example",
            "localhost.evil",
            "x.localhost.evil",
            "nas.example",
            "nas.example:5001",
            "corp.example",
            "xcorp.example",
            "127.0.0.1.evil",
            "[::1].evil",
            "[evil]",
        ] {
            assert!(!hosts.serves(other), "{other}");
        }
        assert!(Hosts::new(vec!["*".into()], "").serves("evil.example"));
    }

    #[test]
    fn what_the_address_says_goes_before_the_header() {
        let request = |uri: &str, host: &str| {
            Request::builder()
                .uri(uri)
                .header("host", host)
                .body(axum::body::Body::empty())
                .unwrap()
        };
        let hosts = Hosts::new(Vec::new(), "name it");
        assert!(hosts.fault(&request("/x", "localhost")).is_none());
        assert!(hosts.fault(&request("/x", "")).is_none());
        assert!(hosts.fault(&request("http://localhost/x", "evil.example")).is_none());
        let refused = hosts.fault(&request("http://evil.example/x", "localhost")).unwrap();
        assert_eq!(refused.status(), StatusCode::MISDIRECTED_REQUEST);
        let said = "this service does not answer as \"evil.example\"; name it";
        assert_eq!(refused.detail(), said);
    }

    proptest! {
        #[test]
        fn no_name_breaks_it(name in ".{0,40}", known in ".{0,20}") {
            let _ = Hosts::new(vec![known], "").serves(&name);
            let _ = is_this_machine(&name);
        }

        #[test]
        fn a_name_below_somebody_elses_is_never_served(name in "[a-z.]{1,20}") {
            let hosts = Hosts::new(vec!["prices.example".into(), "*.corp.example".into()], "");
            let theirs = format!("{name}.evil.test");
            prop_assert!(!hosts.serves(&theirs));
        }
    }
}

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::Uri;
use hyper::header::HeaderValue;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

/// How hosts are reached: straight, or through the proxy that an environment names.
#[derive(Debug, Default)]
pub struct Route(Option<Named>);

/// The proxy, and which hosts are reached through it.
#[derive(Debug)]
struct Named {
    via: Via,
    matcher: Matcher,
}

/// The proxy that the environment names is of no use.
#[derive(Debug, PartialEq, Eq)]
pub struct RouteError {
    /// Which variable names it.
    pub variable: &'static str,
}

impl std::error::Error for RouteError {}

impl fmt::Display for RouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It may hold a password, so it is not repeated.
        write!(
            f,
            "{} names no proxy that can be used; name one such as http://proxy.example:3128, or unset it",
            self.variable
        )
    }
}

/// Where the proxy of secure addresses is named, the first of them that says something.
pub const NAMED_IN: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// Where the hosts are named that are reached without it.
pub const EXCEPT: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// The name under which a proxy of this program lets others in.
pub const OWN: &str = "marketpulse";

impl Route {
    /// The route that the variables of an environment say.
    ///
    /// # Errors
    ///
    /// [`RouteError`] where they name something else than a proxy that is spoken to in
    /// plain HTTP.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Self, RouteError> {
        let said = |name: &&str| variable(name).filter(|value| !value.trim().is_empty());
        let Some(named_in) = NAMED_IN.into_iter().find(|name| said(name).is_some()) else {
            return Ok(Self(None));
        };
        let named = said(&named_in).unwrap_or_default();
        let except = EXCEPT.iter().find_map(said).unwrap_or_default();
        let matcher = |except: String| Matcher::builder().https(named.trim()).no(except).build();
        let proxy = matcher(String::new()).intercept(&Uri::from_static("https://any.example"));
        let via = proxy.filter(|it| it.uri().scheme_str() == Some("http")).map(|it| Via::of(&it));
        let via = via.ok_or(RouteError { variable: named_in })?;
        Ok(Self(Some(Named { via, matcher: matcher(except) })))
    }

    /// The route that leads nowhere else, where the proxy that it goes through would be
    /// the one that takes it.
    #[must_use]
    pub fn unless_through(self, host: &str, port: u16) -> Self {
        self.unless(|via| (via.host.as_str(), via.port) == (host, port))
    }

    /// The route without a proxy of this program, as a shell names it that is led to the
    /// service: what the service asked through it would come back to the service.
    #[must_use]
    pub fn unless_own(self) -> Self {
        self.unless(Via::is_own)
    }

    fn unless(self, is_meant: impl FnOnce(&Via) -> bool) -> Self {
        Self(self.0.filter(|named| !is_meant(&named.via)))
    }

    /// What the proxy is told to let us through, as the value of a header.
    pub(crate) fn credentials(&self) -> Option<HeaderValue> {
        let mut credentials: HeaderValue =
            self.0.as_ref()?.via.credentials.as_ref()?.parse().ok()?;
        credentials.set_sensitive(true);
        Some(credentials)
    }

    /// The proxy on the way to a host; `None` where it is reached straight.
    pub fn proxy_for(&self, host: &str) -> Option<&Via> {
        let uri = Uri::builder().scheme("https").authority(host).path_and_query("/").build();
        let Named { via, matcher } = self.0.as_ref()?;
        matcher.intercept(&uri.ok()?).map(|_| via)
    }
}

/// A proxy on the way, spoken to in plain HTTP. Shown without its credentials.
#[derive(PartialEq, Eq)]
pub struct Via {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What it is told to let us through, as the value of a header.
    pub credentials: Option<String>,
}

impl Via {
    fn of(proxy: &Intercept) -> Self {
        let host = proxy.uri().host().unwrap_or_default().trim_matches(['[', ']']);
        let credentials = proxy.basic_auth().and_then(|it| it.to_str().ok()).map(str::to_owned);
        Self { host: host.to_owned(), port: proxy.uri().port_u16().unwrap_or(80), credentials }
    }

    fn is_own(&self) -> bool {
        let named = self.credentials.as_ref().and_then(|it| it.strip_prefix("Basic "));
        let named = named.and_then(|it| STANDARD.decode(it).ok()).unwrap_or_default();
        named.split(|byte| *byte == b':').next() == Some(OWN.as_bytes())
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (opens, closes) = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        write!(f, "{opens}{}{closes}:{}", self.host, self.port)
    }
}

impl fmt::Debug for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(variables: &[(&str, &str)]) -> Result<Route, RouteError> {
        Route::of(|name| {
            let found = variables.iter().find(|(it, _)| *it == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn through(route: &Route, host: &str) -> Option<String> {
        route.proxy_for(host).map(ToString::to_string)
    }

    #[test]
    fn other_hosts_are_reached_as_they_were_before() {
        let none = route(&[]).unwrap();
        assert_eq!(through(&none, "example.com"), None);
        let given = route(&[
            ("HTTPS_PROXY", "http://me:secret@proxy.example:3128"),
            ("NO_PROXY", "intern.example,10.0.0.0/8"),
        ]);
        let given = given.unwrap();
        assert_eq!(through(&given, "example.com"), Some("proxy.example:3128".into()));
        assert_eq!(through(&given, "a.intern.example"), None);
        assert_eq!(through(&given, "10.1.2.3"), None);
        let via = given.proxy_for("example.com").unwrap();
        assert_eq!(via.credentials.as_deref(), Some("Basic bWU6c2VjcmV0"));
        let bare = route(&[("all_proxy", "proxy.example"), ("no_proxy", "")]).unwrap();
        assert_eq!(through(&bare, "example.com"), Some("proxy.example:80".into()));
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_said_without_its_password() {
        for named in ["socks5://me:secret@proxy.example:1080", "https://proxy.example", "://"] {
            let said = route(&[("ALL_PROXY", named)]).unwrap_err().to_string();
            assert!(said.starts_with("ALL_PROXY names no proxy"), "{said}");
            assert!(!said.contains("secret"), "{said}");
        }
    }

    #[test]
    fn what_is_asked_for_the_service_does_not_come_back_to_it() {
        let named = |proxy| route(&[("HTTPS_PROXY", proxy)]).unwrap().unless_own();
        let own = named("http://marketpulse:secret@127.0.0.1:5001");
        assert_eq!(through(&own, "example.com"), None);
        for others in ["http://marketpulse.example:3128", "http://me:marketpulse@127.0.0.1:5001"] {
            assert!(through(&named(others), "example.com").is_some(), "{others}");
        }
    }

    #[test]
    fn what_is_excepted_says_nothing_of_the_proxy_itself() {
        let named =
            [("HTTPS_PROXY", "http://marketpulse:secret@[::1]:3128"), ("NO_PROXY", ".example")];
        let given = route(&named).unwrap();
        assert_eq!(through(&given, "upstream.test"), Some("[::1]:3128".into()));
        assert!(given.credentials().is_some());
        assert_eq!(through(&given.unless_own(), "upstream.test"), None);
        assert_eq!(through(&route(&named).unwrap().unless_through("::1", 3128), "a.test"), None);
    }

    #[test]
    fn a_proxy_does_not_lead_to_itself() {
        let itself = [("https_proxy", "http://x:y@127.0.0.1:5001")];
        let alone = route(&itself).unwrap().unless_through("127.0.0.1", 5001);
        assert_eq!(through(&alone, "example.com"), None);
        let other = route(&itself).unwrap().unless_through("127.0.0.1", 5002);
        assert_eq!(through(&other, "example.com"), Some("127.0.0.1:5001".into()));
    }
}

use std::borrow::Cow;

use access::Secret;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, AsHeaderName};
use axum::http::{HeaderMap, HeaderName};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::cookies::cookies;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Where a key may stand in a request beside `Authorization` and `X-API-Key`.
#[derive(Clone, Copy, Debug)]
pub struct Spelled {
    /// Headers of other services, whose clients have their own word for it.
    pub headers: &'static [&'static str],
    /// Parameters of other services, likewise.
    pub params: &'static [&'static str],
    /// The cookie in which a browser keeps it.
    pub cookie: &'static str,
}

/// What a request shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing that could be a key.
    Nothing,
    /// A key of this service.
    Key(Secret),
    /// A key of this service that a browser keeps.
    InCookie(Secret),
    /// Something that is none.
    Other,
}

impl Spelled {
    /// What a request shows. Clients of other services may send a key to those as well:
    /// whatever is a key of this service counts, wherever it stands.
    pub(super) fn shown(&self, request: &Request) -> Shown {
        let headers = request.headers();
        let own = authorised(headers).chain(texts(headers, API_KEY).map(Cow::Borrowed));
        let own: Vec<Cow<'_, str>> = own.collect();
        let of_others = self.headers.iter().flat_map(|&name| texts(headers, name));
        let of_others = of_others.map(Cow::Borrowed).chain(self.in_query(request));
        let found = own.iter().cloned().chain(of_others).find_map(|text| Secret::read(&text));
        let kept = cookies(headers, self.cookie).find_map(Secret::read);
        match (found, kept) {
            (Some(secret), _) => Shown::Key(secret),
            (None, Some(secret)) => Shown::InCookie(secret),
            (None, None) if own.is_empty() => Shown::Nothing,
            (None, None) => Shown::Other,
        }
    }

    fn in_query<'a>(&self, request: &'a Request) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        let params = self.params;
        let query = request.uri().query().unwrap_or_default().as_bytes();
        url::form_urlencoded::parse(query)
            .filter(move |(name, _)| params.iter().any(|param| param == name))
            .map(|(_, text)| text)
    }
}

fn texts(headers: &HeaderMap, name: impl AsHeaderName) -> impl Iterator<Item = &str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}

/// What stands in `Authorization`: after the name of a scheme, whichever it is, or as
/// name or password (RFC 7617).
fn authorised(headers: &HeaderMap) -> impl Iterator<Item = Cow<'_, str>> {
    texts(headers, AUTHORIZATION).flat_map(|value| {
        let (scheme, rest) = value.split_once(' ').unwrap_or(("", value));
        if !scheme.eq_ignore_ascii_case("basic") {
            return vec![Cow::Borrowed(rest.trim())];
        }
        let decoded = STANDARD.decode(rest.trim()).ok().and_then(|it| String::from_utf8(it).ok());
        let decoded = decoded.unwrap_or_default();
        let (name, password) = decoded.split_once(':').unwrap_or((&decoded, ""));
        vec![Cow::Owned(password.to_owned()), Cow::Owned(name.to_owned())]
    })
}

#[cfg(test)]
mod tests {
    use access::SystemRandom;
    use axum::body::Body;

    use super::*;

    const SPELLED: Spelled =
        Spelled { headers: &["x-other-key"], params: &["apikey"], cookie: "kept" };

    fn shown(uri: &str, headers: &[(&str, String)]) -> Shown {
        let request = Request::builder().uri(uri);
        let request = headers.iter().fold(request, |it, (name, value)| it.header(*name, value));
        SPELLED.shown(&request.body(Body::empty()).unwrap())
    }

    #[test]
    fn a_key_is_found_wherever_a_client_can_put_it() {
        let secret = Secret::random(None, &SystemRandom::new());
        let key = secret.reveal().to_owned();
        let basic = |text: String| format!("Basic {}", STANDARD.encode(text));
        for (name, value) in [
            ("authorization", format!("Bearer {key}")),
            ("authorization", format!("apikey {key}")),
            ("authorization", key.clone()),
            ("authorization", basic(format!("me:{key}"))),
            ("authorization", basic(format!("{key}:"))),
            ("x-api-key", key.clone()),
            ("x-other-key", key.clone()),
        ] {
            assert_eq!(shown("/", &[(name, value)]), Shown::Key(secret.clone()), "{name}");
        }
        assert_eq!(shown(&format!("/?a=1&apikey={key}"), &[]), Shown::Key(secret.clone()));
        let cookie = format!("theme=dark; kept={key}");
        assert_eq!(shown("/", &[("cookie", cookie)]), Shown::InCookie(secret.clone()));
        let two = [("x-other-key", "CG-0123".to_owned()), ("x-api-key", key)];
        assert_eq!(shown("/", &two), Shown::Key(secret), "another's key beside it is passed over");
    }

    #[test]
    fn what_is_no_key_of_ours_is_told_from_nothing() {
        assert_eq!(shown("/?apikey=demo", &[("x-other-key", "CG-0123".into())]), Shown::Nothing);
        assert_eq!(shown("/", &[("cookie", "kept=x; kept2=y".into())]), Shown::Nothing);
        assert_eq!(shown("/", &[("x-api-key", "demo".into())]), Shown::Other);
        assert_eq!(shown("/", &[("authorization", "Basic %%%".into())]), Shown::Other);
    }
}

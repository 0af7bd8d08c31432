use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::uri::{PathAndQuery, Uri};

use access::Secret;

use super::shown::Shown;

/// Where a key stands before the path, for clients that can send no header.
const BEFORE: &str = "/k/";

/// What stood before the path of a request.
pub(in crate::front) struct Folded(String);

impl Folded {
    /// The key that it is.
    pub(super) fn shown(&self) -> Shown {
        Secret::read(&self.0).map_or(Shown::Other, Shown::Key)
    }

    /// Leads an address of ours, or the first of a `Link`, through the same key.
    pub(super) fn lead(&self, value: &mut HeaderValue) {
        let Ok(text) = value.to_str() else { return };
        let before = format!("{BEFORE}{}/", self.0);
        let led = match text.strip_prefix("</") {
            Some(rest) => format!("<{before}{rest}"),
            None => match text.strip_prefix('/').filter(|rest| !rest.starts_with('/')) {
                Some(rest) => format!("{before}{rest}"),
                None => return,
            },
        };
        if let Ok(led) = HeaderValue::try_from(led) {
            *value = led;
        }
    }
}

/// Takes a key off the path, so that it stands in no log.
pub(super) fn unfold(request: &mut Request) -> Option<Folded> {
    let address = request.uri().path_and_query()?.as_str();
    let rest = address.strip_prefix(BEFORE)?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (key, rest) = rest.split_at(end);
    let slash = if rest.starts_with('/') { "" } else { "/" };
    let meant = PathAndQuery::try_from(format!("{slash}{rest}")).ok()?;
    let key = key.to_owned();
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = Some(meant);
    *request.uri_mut() = Uri::from_parts(parts).ok()?;
    Some(Folded(key))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_key_before_the_path_is_taken_off_it() {
        for (asked, key, meant) in [
            ("/k/abc/marketpulse/latest?x=1", Some("abc"), "/marketpulse/latest?x=1"),
            ("/k/abc/", Some("abc"), "/"),
            ("/k/abc", Some("abc"), "/"),
            ("/k/abc?x=/1", Some("abc"), "/?x=/1"),
            ("/k//latest", Some(""), "/latest"),
            ("/marketpulse/k/abc", None, "/marketpulse/k/abc"),
            ("http://a/k/abc/x", Some("abc"), "http://a/x"),
        ] {
            let mut request = Request::builder().uri(asked).body(Body::empty()).unwrap();
            let folded = unfold(&mut request);
            assert_eq!(folded.as_ref().map(|it| it.0.as_str()), key, "{asked}");
            assert_eq!(request.uri().to_string(), meant, "{asked}");
        }
    }

    #[test]
    fn what_an_answer_leads_to_is_led_through_the_same_key() {
        let led = |text: &'static str| {
            let mut value = HeaderValue::from_static(text);
            Folded("abc".into()).lead(&mut value);
            value.to_str().unwrap().to_owned()
        };
        assert_eq!(
            led("</v1/bars?cursor=1>; rel=\"next\""),
            "</k/abc/v1/bars?cursor=1>; rel=\"next\""
        );
        assert_eq!(led("/marketpulse"), "/k/abc/marketpulse");
        assert_eq!(led("//elsewhere"), "//elsewhere");
        assert_eq!(led("https://elsewhere"), "https://elsewhere");
    }
}

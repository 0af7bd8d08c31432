use axum::http::HeaderMap;
use axum::http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// Whether a client says that it has this version already (RFC 9110, 13.2.2).
///
/// A tag counts whatever coding its copy had: the version is the same. It is told
/// without its quotes.
pub(crate) fn is_held(headers: &HeaderMap, tag: &str, modified: Timestamp) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(held) = text(IF_NONE_MATCH) {
        return held.split(',').any(|held| matches(held.trim(), tag));
    }
    let since = text(IF_MODIFIED_SINCE).and_then(|text| rfc2822::parse(text).ok());
    since.is_some_and(|since| modified.as_second() <= since.timestamp().as_second())
}

fn matches(held: &str, tag: &str) -> bool {
    if held == "*" {
        return true;
    }
    let held = held.strip_prefix("W/").unwrap_or(held);
    let held = held.strip_prefix('"').and_then(|held| held.strip_suffix('"'));
    held.is_some_and(|held| held.split('-').next() == Some(tag))
}

/// When an answer came to be, by its headers.
pub(crate) fn modified(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(LAST_MODIFIED)?.to_str().ok()?;
    rfc2822::parse(text).ok().map(|at| at.timestamp())
}

/// An instant as HTTP headers tell it (RFC 9110, 5.6.7).
pub(super) fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn held(name: HeaderName, value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        is_held(&headers, "abc", "2025-10-29T12:00:00.5Z".parse().unwrap())
    }

    #[test]
    fn a_version_is_recognised_by_its_tag_or_its_time() {
        for tag in ["\"abc\"", "W/\"abc\"", "\"abc-gzip\"", "\"x\", \"abc-br\""] {
            assert!(held(IF_NONE_MATCH, tag), "{tag}");
        }
        for tag in ["\"ab\"", "abc", "", "\"abcd\""] {
            assert!(!held(IF_NONE_MATCH, tag), "{tag}");
        }
        assert!(held(IF_MODIFIED_SINCE, "Wed, 29 Oct 2025 12:00:00 GMT"));
        assert!(!held(IF_MODIFIED_SINCE, "Wed, 29 Oct 2025 11:59:59 GMT"));
        assert!(!held(IF_MODIFIED_SINCE, "yesterday"));
    }

    #[test]
    fn dates_are_written_as_http_wants_them() {
        let at = "2025-10-29T12:00:00.5Z".parse().unwrap();
        assert_eq!(http_date(at), "Wed, 29 Oct 2025 12:00:00 GMT");
    }
}

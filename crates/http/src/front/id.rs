use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header that holds a request's id.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request's id: the caller's, if it has one that can be logged as it is,
/// else a new one.
pub(super) fn of(headers: &HeaderMap) -> HeaderValue {
    let given = headers.get(REQUEST_ID).filter(|id| is_plain(id.as_bytes()));
    given.cloned().unwrap_or_else(new)
}

fn is_plain(id: &[u8]) -> bool {
    let plain = |c: &u8| c.is_ascii_alphanumeric() || b"-_.".contains(c);
    (1..=64).contains(&id.len()) && id.iter().all(plain)
}

fn new() -> HeaderValue {
    let id = format!("{:016x}", fastrand::u64(..));
    HeaderValue::try_from(id).expect("digits are a header's value")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_could_forge_a_log_line_is_replaced() {
        let id = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_str(text).unwrap());
            of(&headers)
        };
        assert_eq!(id("abc-123"), "abc-123");
        assert_ne!(id("a b"), "a b");
        assert_ne!(id(&"a".repeat(65)), "a".repeat(65));
        assert_eq!(of(&HeaderMap::new()).len(), 16);
    }
}

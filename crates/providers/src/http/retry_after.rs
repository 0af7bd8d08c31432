use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// Reads `Retry-After` in both its forms, seconds and a date (RFC 9110, 10.2.3).
///
/// A date that has passed asks for no pause at all; nonsense is no wish.
pub(super) fn read(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_both_read() {
        let now = "2015-10-21T07:26:30Z".parse().unwrap();
        let check = |text: &str, seconds: Option<u64>| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            assert_eq!(read(&headers, now), seconds.map(Duration::from_secs), "{text}");
        };
        check("119", Some(119));
        check("0", Some(0));
        check("Wed, 21 Oct 2015 07:28:00 GMT", Some(90));
        check("Wed, 21 Oct 2015 07:20:00 GMT", Some(0));
        check("soon", None);
        check("-5", None);
        check("99999999999999999999999999", None);
        assert_eq!(read(&HeaderMap::new(), now), None);
    }
}

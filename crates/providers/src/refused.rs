//! Refusals in words. Some arrive with status 200, as a page or a bare text, from
//! whoever stands before the upstream.

use market::SourceError;

use crate::http::Reply;

/// So much of a body is looked at: a refusal is short, and says so at once.
const LOOKED_AT: usize = 2_000;

/// Asks for a pause, in lower case.
const PAUSE: [&str; 7] = [
    "too many requests",
    "rate limit",
    "ratelimit",
    "request limit",
    "quota",
    "slow down",
    "exceeded the daily",
];

/// Says that we may not, in lower case.
const REFUSAL: [&str; 8] = [
    "unauthorized",
    "unauthorised",
    "forbidden",
    "access denied",
    "permission denied",
    "invalid crumb",
    "invalid cookie",
    "invalid key",
];

/// The failure of the other side's own, in lower case.
const FAILURE: [&str; 3] = ["internal server error", "service unavailable", "bad gateway"];

/// What a body says by its words that came with status 200 and is not what was
/// asked for, if it says anything we know.
pub(crate) fn in_words(body: &[u8]) -> Option<SourceError> {
    let text = String::from_utf8_lossy(&body[..body.len().min(LOOKED_AT)]);
    in_text(&text, 200)
}

/// What a sentence in place of an answer means.
pub(crate) fn in_sentence(sentence: &str, reply: &Reply) -> SourceError {
    in_text(sentence, reply.status).unwrap_or_else(|| {
        if reply.is_success() {
            SourceError::Unreadable("a sentence in place of prices".to_owned())
        } else {
            reply.refusal()
        }
    })
}

/// What the words of an error mean that came with a status, if they are of those
/// we know.
pub(crate) fn in_text(text: &str, status: u16) -> Option<SourceError> {
    let text = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| text.contains(words));
    if says(&PAUSE) {
        Some(SourceError::Throttled { retry_after: None })
    } else if says(&REFUSAL) {
        Some(SourceError::Unauthorised { status })
    } else if says(&FAILURE) {
        Some(SourceError::Failing { status })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_what_they_say_whatever_stands_around_them() {
        let check = |body: &str, expected: Option<&str>| {
            let found = in_words(body.as_bytes());
            assert_eq!(found.as_ref().map(SourceError::reason), expected, "{body}");
        };
        check("Edge: Too Many Requests", Some("throttled"));
        check("<html><title>429 Too Many Requests</title>", Some("throttled"));
        check(
            r#"{"status":{"error_message":"You've exceeded the Rate Limit"}}"#,
            Some("throttled"),
        );
        check("Exceeded the daily hits limit", Some("throttled"));
        check("<h1>Access Denied</h1>", Some("unauthorised"));
        check(r#"{"error":"Invalid Crumb"}"#, Some("unauthorised"));
        check("502 Bad Gateway", Some("upstream_failing"));
        check("Will be right back...", None);
        check("", None);
        check(&format!("{}Too Many Requests", " ".repeat(LOOKED_AT)), None);
    }

    #[test]
    fn bytes_that_are_no_text_are_looked_at_too() {
        assert!(in_words(b"\xff\xfeToo Many Requests\xff").is_some());
    }
}

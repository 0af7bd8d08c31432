use std::ops::Range;

use axum::http::HeaderMap;
use axum::http::header::{IF_RANGE, RANGE};

/// Which part of a body is requested (RFC 9110, 14). Tools that read a file's end
/// before its middle ask so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// These bytes.
    Bytes(Range<usize>),
    /// Bytes that it does not have.
    Beyond,
}

impl Part {
    /// Reads what a request wants of a body of so many bytes and that tag. Several
    /// ranges at once, and what is no range, are answered with the whole.
    pub(crate) fn requested(headers: &HeaderMap, len: usize, tag: &[u8]) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let is_other = headers.get(IF_RANGE).is_some_and(|held| held.as_bytes() != tag);
        let range = text(RANGE).and_then(|text| text.split_once('='));
        let range = range.filter(|(unit, _)| unit.eq_ignore_ascii_case("bytes"));
        let range = range.map(|(_, range)| range);
        match range.filter(|_| !is_other).and_then(|range| range.split_once('-')) {
            Some((first, last)) => Self::between(first.trim(), last.trim(), len),
            None => Self::Whole,
        }
    }

    fn between(first: &str, last: &str, len: usize) -> Self {
        let range = match (position(first), position(last)) {
            (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(len),
            (Some(first), None) if last.is_empty() => first..len,
            (None, Some(last)) if first.is_empty() => len.saturating_sub(last)..len,
            _ => return Self::Whole,
        };
        if range.start < range.end { Self::Bytes(range) } else { Self::Beyond }
    }
}

/// A number of digits alone. One that is too large lies beyond any body.
fn position(text: &str) -> Option<usize> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn requested(range: &'static str) -> Part {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_static(range));
        Part::requested(&headers, 100, b"\"abc\"")
    }

    #[test]
    fn a_part_is_given_where_there_is_one() {
        assert_eq!(requested("bytes=0-3"), Part::Bytes(0..4));
        assert_eq!(requested("bytes=90-"), Part::Bytes(90..100));
        assert_eq!(requested("bytes=90-1000"), Part::Bytes(90..100));
        assert_eq!(requested("bytes=-8"), Part::Bytes(92..100));
        assert_eq!(requested("bytes=-800"), Part::Bytes(0..100));
        assert_eq!(requested("Bytes=0-3"), Part::Bytes(0..4));
        assert_eq!(requested("bytes=90-99999999999999999999"), Part::Bytes(90..100));
        assert_eq!(requested("bytes=-99999999999999999999"), Part::Bytes(0..100));
        assert_eq!(requested("bytes=100-"), Part::Beyond);
        assert_eq!(requested("bytes=-0"), Part::Beyond);
        for whole in [
            "bytes=0-3,5-6",
            "bytes=5-3",
            "bytes=",
            "bytes=a-b",
            "rows=0-3",
            "bytes=-",
            "bytes=+0-+3",
        ] {
            assert_eq!(requested(whole), Part::Whole, "{whole}");
        }
    }

    #[test]
    fn a_part_of_another_version_is_not_given() {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_static("bytes=0-3"));
        headers.insert(IF_RANGE, HeaderValue::from_static("\"other\""));
        assert_eq!(Part::requested(&headers, 100, b"\"abc\""), Part::Whole);
        headers.insert(IF_RANGE, HeaderValue::from_static("\"abc\""));
        assert_eq!(Part::requested(&headers, 100, b"\"abc\""), Part::Bytes(0..4));
    }
}

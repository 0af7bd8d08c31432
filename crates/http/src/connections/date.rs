use axum::http::header::DATE;
use axum::http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

/// Says when an answer was made. hyper would by itself, but keeps what it said last until
/// the clock shows more: where that is set back, answers would be of the future for as
/// long as it was ahead.
pub(super) fn tell(headers: &mut HeaderMap, now: Timestamp) {
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&now);
    if let Some(date) = date.ok().and_then(|date| HeaderValue::try_from(date).ok()) {
        headers.insert(DATE, date);
    }
}

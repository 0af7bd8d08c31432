use std::time::Duration;

use market::{SourceError, Unreach};
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::http::header::RETRY_AFTER;
use tokio_tungstenite::tungstenite::http::{HeaderMap, StatusCode};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::MESSAGE_LIMIT;

/// Says in our words why no stream was opened.
pub(super) fn refused(error: &Error) -> SourceError {
    match error {
        Error::Http(response) => by_status(response.status(), response.headers()),
        Error::Tls(_) => unreachable(Unreach::Tls, error),
        Error::Io(cause) if is_tls(cause) => unreachable(Unreach::Tls, cause),
        other => explain(other),
    }
}

/// Says in our words why an open stream came to its end.
pub(super) fn explain(error: &Error) -> SourceError {
    match error {
        Error::Capacity(_) => unreadable(&format!("a message of more than {MESSAGE_LIMIT} bytes")),
        Error::Utf8(_) => unreadable("text that is not UTF-8"),
        Error::Protocol(
            broken @ (ProtocolError::ResetWithoutClosingHandshake
            | ProtocolError::HandshakeIncomplete),
        ) => unreachable(Unreach::BrokenOff, broken),
        Error::Protocol(_) | Error::AttackAttempt | Error::HttpFormat(_) => {
            unreadable("bytes that are no WebSocket")
        }
        other => unreachable(Unreach::BrokenOff, other),
    }
}

/// The other side took leave, with its reason as a number where it gave one.
pub(super) fn closed(code: Option<CloseCode>) -> SourceError {
    let detail = match code.map(u16::from) {
        Some(code) => format!("the stream was closed with code {code}"),
        None => "the stream was closed".to_owned(),
    };
    unreachable(Unreach::BrokenOff, &detail)
}

/// What an answer to the opening request means that opens nothing.
fn by_status(status: StatusCode, headers: &HeaderMap) -> SourceError {
    let retry_after = retry_after(headers);
    match status.as_u16() {
        429 => SourceError::Throttled { retry_after },
        503 if retry_after.is_some() => SourceError::Throttled { retry_after },
        status @ (401 | 403) => SourceError::Unauthorised { status },
        300..=399 => unreadable("a redirect, which is not followed"),
        200..=299 => unreadable("an answer that opens no stream"),
        status => SourceError::Failing { status },
    }
}

/// In seconds; a date is no use without a clock, and rare.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn is_tls(cause: &std::io::Error) -> bool {
    let inner = cause.get_ref();
    inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()).is_some()
}

fn unreachable(why: Unreach, cause: &impl ToString) -> SourceError {
    SourceError::Unreachable { why, detail: cause.to_string() }
}

fn unreadable(what: &str) -> SourceError {
    SourceError::Unreadable(what.to_owned())
}

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use tracing::{error, info};

use super::TARGET;
use super::lines::Lines;
use crate::problem::Problem;

/// Tells what time it is, for the lines.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// One request and how it was answered, as the log says it.
pub(crate) struct RequestLine<'a> {
    pub(crate) method: &'a Method,
    /// Without the query, as the client sent it: it can hold any character.
    pub(crate) path: &'a str,
    pub(crate) status: StatusCode,
    pub(crate) took: Duration,
    pub(crate) id: &'a str,
    /// The id of the key that was shown, where one is wanted.
    pub(crate) key: Option<&'a str>,
    /// Why there was nothing better to answer.
    pub(crate) failure: Option<&'a Problem>,
}

/// Where requests are logged.
#[derive(Clone, Default)]
pub enum RequestLog {
    /// As events, to whoever has subscribed to them.
    #[default]
    Events,
    /// As the same JSON that events become, at a tenth of their price.
    Json(Arc<JsonLog>),
}

/// Request lines as JSON.
pub struct JsonLog {
    lines: Arc<Lines>,
    now: Now,
}

impl RequestLog {
    pub(super) fn json(lines: Arc<Lines>, now: Now) -> Self {
        Self::Json(Arc::new(JsonLog { lines, now }))
    }

    /// Writes the line of one request. A fault of ours is an error.
    pub(crate) fn write(&self, line: &RequestLine<'_>) {
        match self {
            Self::Events => line.emit(),
            Self::Json(log) => log.lines.add(&line.json((log.now)()), line.is_fault()),
        }
    }
}

impl RequestLine<'_> {
    /// What caused the failure, where the client did not get it.
    fn cause(&self) -> Option<String> {
        self.failure.and_then(Problem::causes)
    }

    fn is_fault(&self) -> bool {
        self.status.is_server_error()
    }

    fn duration_ms(&self) -> f64 {
        self.took.as_micros() as f64 / 1000.0
    }

    fn emit(&self) {
        let Self { method, path, id, key, .. } = self;
        let (status, duration_ms) = (self.status.as_u16(), self.duration_ms());
        let (failure, cause) = (self.failure.map(Problem::detail), self.cause());
        if self.is_fault() {
            error!(target: TARGET, %method, path, status, duration_ms, request_id = id, key, failure, cause, "request");
        } else {
            info!(target: TARGET, %method, path, status, duration_ms, request_id = id, key, failure, cause, "request");
        }
    }

    /// The line as JSON, its line feed included.
    fn json(&self, now: Timestamp) -> Vec<u8> {
        const USUAL_LENGTH: usize = 256;
        let mut line = Vec::with_capacity(USUAL_LENGTH);
        serde_json::to_writer(&mut line, &self.fields(now))
            .expect("texts and finite numbers are always JSON");
        line.push(b'\n');
        // JSON may hold what turns the writing round, or a C1 control character.
        match str::from_utf8(&line).map(legible::lines) {
            Ok(Cow::Owned(legible)) => legible.into_bytes(),
            _ => line,
        }
    }

    fn fields(&self, now: Timestamp) -> Fields<'_> {
        Fields {
            timestamp: now,
            level: if self.is_fault() { "ERROR" } else { "INFO" },
            message: "request",
            method: self.method.as_str(),
            path: self.path,
            status: self.status.as_u16(),
            duration_ms: self.duration_ms(),
            request_id: self.id,
            key: self.key,
            failure: self.failure.map(Problem::detail),
            cause: self.cause(),
            target: TARGET,
        }
    }
}

/// What tracing writes for the same event, in the same order.
#[derive(Serialize)]
struct Fields<'a> {
    timestamp: Timestamp,
    level: &'static str,
    message: &'static str,
    method: &'a str,
    path: &'a str,
    status: u16,
    duration_ms: f64,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    target: &'static str,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn json(method: &Method, path: &str, status: StatusCode, failure: Option<&Problem>) -> String {
        let took = Duration::from_micros(1234);
        let line = RequestLine { method, path, status, took, id: "abc-1", key: None, failure };
        String::from_utf8(line.json("2025-10-29T12:00:00.5Z".parse().unwrap())).unwrap()
    }

    #[test]
    fn a_line_has_the_fields_of_an_event() {
        assert_eq!(
            json(&Method::GET, "/healthz", StatusCode::OK, None),
            r#"{"timestamp":"2025-10-29T12:00:00.5Z","level":"INFO","message":"request","method":"GET","path":"/healthz","status":200,"duration_ms":1.234,"request_id":"abc-1","target":"marketpulse::log"}
"#
        );
        let failed = json(&Method::GET, "/", StatusCode::BAD_GATEWAY, Some(&Problem::internal()));
        assert!(
            failed.contains(r#""level":"ERROR""#) && failed.contains(r#""failure":"something"#)
        );
    }

    /// A text as the log has it: JSON escapes most of what no reader can see.
    fn seen(text: &str) -> String {
        let stays = |c: char| c < ' ' || legible::is_legible(c);
        text.chars().map(|c| if stays(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
    }

    proptest! {
        #[test]
        fn whatever_is_asked_is_one_object_on_one_line(
            path in any::<String>(),
            name in "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}",
            fault in any::<String>(),
            status in 100..1000_u16,
        ) {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            let failure = Problem::parameter("symbol", fault);
            let status = StatusCode::from_u16(status).unwrap();
            let line = json(&method, &path, status, Some(&failure));
            let object = line.strip_suffix('\n').unwrap();
            prop_assert!(!object.contains(['\n', '\r']));
            let read: Value = serde_json::from_str(object).unwrap();
            prop_assert_eq!(&read["path"], &seen(&path));
            prop_assert_eq!(&read["method"], &name);
            prop_assert_eq!(&read["status"], status.as_u16());
            prop_assert_eq!(&read["failure"], &seen(failure.detail()));
        }
    }
}

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use table::text::with_causes;

use crate::cache_policy::CachePolicy;
use crate::seconds::seconds;

/// Why a request fails, as a problem document (RFC 9457) says it. Never stored by
/// caches.
///
/// What caused it is not part of the document: it goes to the log, once, with
/// the id of the request.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(transparent)]
#[schemars(description = "Why a request fails (RFC 9457).")]
pub struct Problem(Box<Members>);

/// The members of the document (RFC 9457, section 3.1), and what goes into
/// headers and the log.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
struct Members {
    /// The kind of problem, stable, for programs.
    r#type: &'static str,
    /// What is wrong, in a few words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// Why, in a sentence.
    detail: String,
    /// The parameter that was not accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// Why there is no value, an old one, or a newer one that is not believed: a word for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// Symbols that may have been meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    near: Vec<String>,
    #[serde(skip)]
    retry_after: Option<Duration>,
    #[serde(skip)]
    allow: Option<&'static str>,
    #[serde(skip)]
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// The type of a problem that its status explains (RFC 9457, section 4.2.1).
const PLAIN: &str = "about:blank";

impl Problem {
    /// A problem of its own type. `detail` says what was wrong, with what, and
    /// what would work.
    pub fn new(
        status: StatusCode,
        r#type: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        // It repeats what was asked, and reaches terminals.
        let (status, detail) = (status.as_u16(), legible::lines(&detail.into()).into_owned());
        let (parameter, reason, near) = (None, None, Vec::new());
        let (retry_after, allow, cause) = (None, None, None);
        let members = Members {
            r#type,
            title,
            status,
            detail,
            parameter,
            reason,
            near,
            retry_after,
            allow,
            cause,
        };
        Self(Box::new(members))
    }

    /// A problem that its status explains.
    pub fn plain(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self::new(status, PLAIN, title, detail)
    }

    /// A parameter that cannot be used: what is wrong with it and what is accepted.
    pub fn parameter(parameter: &str, fault: impl std::fmt::Display) -> Self {
        let detail = format!("{parameter}: {fault}");
        let bad = StatusCode::BAD_REQUEST;
        let mut problem = Self::new(bad, "/problems/parameter", "Parameter not accepted", detail);
        problem.0.parameter = Some(legible::lines(parameter).into_owned());
        problem
    }

    /// No form of the answer suits the client.
    pub fn not_acceptable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_ACCEPTABLE, "/problems/format", "No such format", detail)
    }

    /// More than there may be.
    pub fn too_many(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "/problems/too-many", "Too many", detail)
    }

    /// More than fits just now; how long until it may.
    pub fn full(detail: impl Into<String>, again_in: Duration) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "/problems/full", "Too much at once", detail).again_in(again_in)
    }

    /// The address is longer than any question needs to be.
    pub fn address_too_long(longest: usize) -> Self {
        let detail = format!("this address is longer than {longest} bytes; ask for less at once");
        Self::plain(StatusCode::URI_TOO_LONG, "Address too long", detail)
    }

    /// A body where none is read.
    pub fn body_not_read() -> Self {
        let detail = "this address reads no body; put the question into the address";
        Self::plain(StatusCode::PAYLOAD_TOO_LARGE, "Body not read", detail)
    }

    /// The address exists and takes other methods.
    pub fn method() -> Self {
        let detail = "this address takes GET and HEAD only";
        let mut problem = Self::plain(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed", detail);
        problem.0.allow = Some("GET, HEAD");
        problem
    }

    /// A fault of ours.
    pub fn internal() -> Self {
        let detail =
            "something went wrong inside the service; the log tells more under this request's id";
        Self::plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal error", detail)
    }

    /// The same, with a word for programs that says why.
    #[must_use]
    pub fn because(mut self, reason: &'static str) -> Self {
        self.0.reason = Some(reason);
        self
    }

    /// The same, naming what may have been meant.
    #[must_use]
    pub fn with_near(mut self, near: Vec<String>) -> Self {
        self.0.near = near;
        self
    }

    /// The same, saying when to try again.
    #[must_use]
    pub fn again_in(mut self, pause: Duration) -> Self {
        self.0.retry_after = Some(pause);
        self
    }

    /// The same, with what caused it, for the log.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.0.cause = Some(Arc::new(cause));
        self
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Its kind in words.
    pub fn title(&self) -> &'static str {
        self.0.title
    }

    /// What was wrong, with what, and what would work.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The parameter that cannot be used, if it is one.
    pub fn about_parameter(&self) -> Option<&str> {
        self.0.parameter.as_deref()
    }

    /// What caused it and what caused that, in one line; `None` where the detail
    /// says all.
    pub(crate) fn causes(&self) -> Option<String> {
        self.0.cause.as_ref().map(|cause| with_causes(&**cause))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).expect("texts and numbers are always JSON");
        let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
        let mut response = (self.status(), CachePolicy::Never, kind, body).into_response();
        let headers = response.headers_mut();
        let again = self.0.retry_after.map(|pause| (RETRY_AFTER, seconds(pause).into()));
        headers.extend(again);
        headers.extend(self.0.allow.map(|allow| (ALLOW, HeaderValue::from_static(allow))));
        response.extensions_mut().insert(Arc::new(self)); // the request log writes it, once
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn the_cause_is_for_the_log_and_not_for_the_client() {
        let problem = Problem::internal().caused_by(Outer(std::io::Error::other("inner")));
        assert_eq!(problem.causes().unwrap(), "outer: inner");
        let body = serde_json::to_string(&problem).unwrap();
        assert!(!body.contains("inner") && !body.contains("outer"), "{body}");
    }

    #[test]
    fn a_document_says_only_what_there_is_to_say() {
        let body = serde_json::to_string(&Problem::parameter("from", "is no date")).unwrap();
        let expected = r#"{"type":"/problems/parameter","title":"Parameter not accepted","status":400,"detail":"from: is no date","parameter":"from"}"#;
        assert_eq!(body, expected);
    }
}

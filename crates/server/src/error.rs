use std::sync::Arc;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::{HistoryError, SourceFailures};
use jiff::Timestamp;
use market::{SourceError, StoreError, Symbol};
use serde::Serialize;

use crate::cache_policy::CachePolicy;
use crate::format::FormatError;
use crate::json::told;

/// Every way in which a request can fail. Answered as a problem document
/// (RFC 9457), never kept by caches, never showing an upstream's body.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum ApiError {
    /// A parameter that cannot be used.
    #[error("{parameter}: {fault}")]
    Parameter {
        /// Its name as asked.
        parameter: String,
        /// What is wrong and what is accepted.
        fault: String,
    },
    /// Upstreams in good health know no such instrument.
    #[error("no source knows {symbol}{}", did_you_mean(near))]
    UnknownSymbol {
        /// What was asked for.
        symbol: Symbol,
        /// Known symbols that look like it.
        near: Vec<Symbol>,
    },
    /// Nothing is held, and nobody could be asked.
    #[error("no value is held for {symbol} and no source could give one: {}", told(failures))]
    Away {
        /// What was asked for.
        symbol: Symbol,
        /// Who was asked in vain.
        failures: SourceFailures,
    },
    /// What is stored cannot be read, and no source gave a value either.
    #[error(
        "what is stored of {symbol} cannot be read at present, and no source could give it; the log tells more under this request's id"
    )]
    Store {
        /// What was asked for.
        symbol: Symbol,
        /// Why it cannot be read: for the log, never for the reader.
        source: StoreError,
    },
    /// No form of the answer suits the one who asks.
    #[error("{0}")]
    NotAcceptable(String),
    /// Nothing was known of an instrument at the instant asked about.
    #[error(
        "nothing was known here of {symbol} at {at}; as_of can go back to when it was first asked for"
    )]
    NothingKnown {
        /// What was asked for.
        symbol: Symbol,
        /// The instant.
        at: Timestamp,
    },
    /// The address is longer than any question needs to be.
    #[error("this address is longer than {0} bytes; ask for less at once")]
    TooLongAddress(usize),
    /// A body where none is read.
    #[error("this address reads no body; put the question into the address")]
    Body,
    /// As many as there may be.
    #[error("{0}")]
    TooMany(String),
    /// An ordinary request where a WebSocket is spoken.
    #[error("this address speaks WebSocket; /marketpulse/stream gives the same events over HTTP")]
    NotWebSocket,
    /// There is no such address.
    #[error("there is nothing at this address; /marketpulse leads to everything there is")]
    NoSuchPage,
    /// The address exists and takes other methods.
    #[error("this address takes GET and HEAD only")]
    Method,
    /// A fault of ours.
    #[error("something went wrong inside the service; the log tells more under this request's id")]
    Internal,
}

fn did_you_mean(near: &[Symbol]) -> String {
    let names: Vec<&str> = near.iter().map(Symbol::as_str).collect();
    if names.is_empty() { String::new() } else { format!("; did you mean {}?", names.join(" or ")) }
}

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Problem<'a> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    near: Vec<&'a str>,
}

impl ApiError {
    pub(crate) fn parameter(parameter: &str, fault: impl Into<String>) -> Self {
        Self::Parameter { parameter: parameter.to_owned(), fault: fault.into() }
    }

    /// Says why an answer cannot be had in the form asked for.
    pub(crate) fn form(error: &FormatError) -> Self {
        match error {
            FormatError::NotAcceptable { .. } => Self::NotAcceptable(error.to_string()),
            _ => Self::parameter("format", error.to_string()),
        }
    }

    /// Says what an answer's absence means to the one who asked.
    pub(crate) fn no_history(
        symbol: Symbol,
        error: impl Into<HistoryError>,
        near: Vec<Symbol>,
    ) -> Self {
        let failures = match error.into() {
            HistoryError::Sources(failures) => failures,
            HistoryError::Store { error: source, .. } => return Self::Store { symbol, source },
        };
        let refused = failures.most_telling().map(|failure| &failure.error);
        match refused {
            Some(error @ SourceError::OutsideWindow { .. }) => {
                Self::parameter("interval", error.to_string())
            }
            _ if failures.is_unknown() => Self::UnknownSymbol { symbol, near },
            Some(error @ SourceError::NotOffered(_)) => {
                Self::parameter("interval", error.to_string())
            }
            _ => Self::Away { symbol, failures },
        }
    }

    /// Status, problem type and title: the public contract of each failure.
    pub(crate) fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::Parameter { .. } => {
                (S::BAD_REQUEST, "/problems/parameter", "Parameter not accepted")
            }
            Self::UnknownSymbol { .. } => {
                (S::NOT_FOUND, "/problems/unknown-symbol", "Unknown symbol")
            }
            Self::Away { .. } | Self::Store { .. } => {
                (S::SERVICE_UNAVAILABLE, "/problems/no-value", "No value can be had")
            }
            Self::NotAcceptable(_) => (S::NOT_ACCEPTABLE, "/problems/format", "No such format"),
            Self::NothingKnown { .. } => {
                (S::NOT_FOUND, "/problems/nothing-known", "Nothing known then")
            }
            Self::TooLongAddress(_) => (S::URI_TOO_LONG, "about:blank", "Address too long"),
            Self::TooMany(_) => (S::TOO_MANY_REQUESTS, "/problems/too-many", "Too many"),
            Self::NotWebSocket => (S::UPGRADE_REQUIRED, "about:blank", "WebSocket expected"),
            Self::Body => (S::PAYLOAD_TOO_LARGE, "about:blank", "Body not read"),
            Self::NoSuchPage => (S::NOT_FOUND, "about:blank", "Not found"),
            Self::Method => (S::METHOD_NOT_ALLOWED, "about:blank", "Method not allowed"),
            Self::Internal => (S::INTERNAL_SERVER_ERROR, "about:blank", "Internal error"),
        }
    }

    pub(crate) fn near(&self) -> &[Symbol] {
        if let Self::UnknownSymbol { near, .. } = self { near } else { &[] }
    }

    fn retry_after(&self) -> Option<HeaderValue> {
        const USUAL_SECONDS: u64 = 30;
        let Self::Away { failures, .. } = self else { return None };
        Some(failures.again_in().map_or(USUAL_SECONDS, |pause| pause.as_secs().max(1)).into())
    }

    fn problem(&self) -> Problem<'_> {
        let (status, r#type, title) = self.kind();
        Problem {
            r#type,
            title,
            status: status.as_u16(),
            detail: self.to_string(),
            parameter: if let Self::Parameter { parameter, .. } = self {
                Some(parameter)
            } else {
                None
            },
            reason: if let Self::Away { failures, .. } = self {
                Some(failures.reason())
            } else {
                None
            },
            near: self.near().iter().map(Symbol::as_str).collect(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.problem()).expect("texts and numbers are always JSON");
        let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
        let mut response = (self.kind().0, CachePolicy::Never, kind, body).into_response();
        if let Some(wait) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, wait);
        }
        if self == Self::Method {
            let allowed = HeaderValue::from_static("GET, HEAD");
            response.headers_mut().insert(axum::http::header::ALLOW, allowed);
        }
        response.extensions_mut().insert(Arc::new(self)); // the request log tells it, once
        response
    }
}

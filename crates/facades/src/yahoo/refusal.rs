use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::SourceFailures;
use http::Problem;
use http::reply::JSON;
use query::Refusal;
use query::explain::explained;
use serde::Serialize;
use serde_json::{Value, json};

use face::ApiError;

/// Why a question has no answer, in the protocol's words.
#[derive(Debug)]
pub(super) struct Refused {
    code: &'static str,
    description: String,
    /// Status, pause and what the log is told.
    problem: Problem,
}

#[derive(Serialize)]
struct Outcome<'a> {
    result: Value,
    error: Option<Said<'a>>,
}

#[derive(Serialize)]
struct Said<'a> {
    code: &'a str,
    description: &'a str,
}

/// Where nobody says when to come back.
const USUAL_PAUSE: Duration = Duration::from_secs(30);

/// What clients know an unknown symbol by. It is said of nothing else.
const UNKNOWN: &str = "No data found, symbol may be delisted";

impl Refused {
    fn new(status: StatusCode, code: &'static str, description: impl Into<String>) -> Self {
        let description = description.into();
        let problem = Problem::plain(status, code, description.clone());
        // As the problem says it: what was asked is repeated there without what turns lines.
        Self { code, description: problem.detail().to_owned(), problem }
    }

    /// No source knows such a symbol.
    pub(super) fn not_found(symbol: &str) -> Self {
        let asked = table::text::short(symbol);
        let problem = Problem::plain(StatusCode::NOT_FOUND, "Not Found", format!("no {asked}"));
        Self { code: "Not Found", description: UNKNOWN.to_owned(), problem }
    }

    /// Part of the question cannot be used.
    pub(super) fn bad_request(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Bad Request", description)
    }

    /// The question is well-formed and cannot be answered by anybody.
    pub(super) fn unprocessable(description: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Unprocessable Entity", description)
    }

    /// What is wrong, in a sentence.
    pub(super) fn description(&self) -> &str {
        &self.description
    }

    /// Nothing is held, and no budget suffices for asking within the time that clients
    /// wait. It is ours, and still the word of the protocol that clients take for no
    /// fault of a symbol.
    fn too_many(failures: &SourceFailures, detail: String) -> Self {
        let problem = Problem::plain(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests", detail);
        let again_in = failures.again_in().unwrap_or_default();
        problem.because(failures.reason()).again_in(again_in).into()
    }

    /// Nothing is held, and its source gives nothing.
    pub(super) fn away(failures: &SourceFailures) -> Self {
        let why = explained(failures);
        let detail = format!("no answer is held and no source could give one: {why}");
        if failures.tells_of_spent_budget() {
            return Self::too_many(failures, detail);
        }
        let problem =
            Problem::plain(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable", detail);
        let again_in = failures.again_in().unwrap_or(USUAL_PAUSE);
        problem.because(failures.reason()).again_in(again_in).into()
    }

    /// What is sent is more than a question may have.
    pub(super) fn too_large(description: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "Payload Too Large", description)
    }

    /// Whether it says that no source knows such a symbol.
    pub(super) fn is_not_found(&self) -> bool {
        self.description == UNKNOWN
    }

    /// Nothing is answered at this address.
    pub(super) fn not_served(description: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found", description)
    }

    /// The address takes other methods.
    pub(super) fn method() -> Self {
        let problem = Problem::method();
        let description = problem.detail().to_owned();
        Self { code: "Method Not Allowed", description, problem }
    }

    /// The answer, in the envelope of its address.
    pub(super) fn answer(self, envelope: &str) -> Response {
        let body = self.body(envelope);
        let mut response = self.problem.into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        *response.body_mut() = body.into();
        response
    }

    /// What is said in an envelope.
    pub(super) fn body(&self, envelope: &str) -> String {
        let description = self.description();
        let error = Said { code: self.code, description };
        let outcome = match envelope {
            // A widely used client counts the results before it looks for an error, ...
            "optionChain" => Outcome { result: json!([]), error: Some(error) },
            // ... and takes an error here for one of all that it asked for elsewhere.
            "timeseries" => Outcome { result: json!([{}]), error: None },
            _ => Outcome { result: Value::Null, error: Some(error) },
        };
        json!({ envelope: outcome, "marketpulse": { "reason": description } }).to_string()
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Refused(refusal) => refusal.into(),
            ApiError::Problem(problem) => problem.into(),
        }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unknown { symbol, .. } => Self::not_found(symbol.as_str()),
            // What an interval does not reach back to is no fault of form.
            // By the first words clients know that it is the stretch, and no fault of a symbol.
            Refusal::Invalid { parameter: "interval", fault } => {
                Self::unprocessable(format!("data not available: {fault}"))
            }
            Refusal::Unavailable { ref failures, .. } if failures.tells_of_spent_budget() => {
                Self::too_many(failures, refusal.to_string())
            }
            refusal => Self::from(ApiError::from(refusal).into_problem()),
        }
    }
}

/// What keeps a value away, with the status that clients come back after.
impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        let code = match problem.status() {
            StatusCode::BAD_REQUEST => "Bad Request",
            StatusCode::TOO_MANY_REQUESTS => "Too Many Requests",
            StatusCode::SERVICE_UNAVAILABLE => "Service Unavailable",
            StatusCode::URI_TOO_LONG => "URI Too Long",
            StatusCode::INTERNAL_SERVER_ERROR => "Internal Server Error",
            _ => "Not Available",
        };
        Self { code, description: problem.detail().to_owned(), problem }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_unknown_is_said_to_be_delisted() {
        let symbol: market::Symbol = "ZZZZ9".parse().unwrap();
        let unknown = Refused::from(Refusal::Unknown { symbol: symbol.clone(), near: vec![] });
        assert_eq!((unknown.code, unknown.description.as_str()), ("Not Found", UNKNOWN));
        let away = Refusal::Unavailable { symbol, failures: engine::SourceFailures::default() };
        let away = Refused::from(away);
        assert_eq!(away.problem.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(!away.description.contains("delisted"), "{}", away.description);
        let outside = Refused::from(Refusal::invalid("interval", "1m bars reach back 7 days"));
        assert_eq!(outside.problem.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }

    #[test]
    fn an_error_stands_in_the_envelope_of_its_address() {
        let response = Refused::bad_request("Missing required query parameter=q").answer("finance");
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(response.headers()[CONTENT_TYPE], JSON);
    }
}

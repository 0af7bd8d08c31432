use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::SourceFailures;
use http::Problem;
use http::accept::NotAcceptable;
use market::Symbol;
use query::{NO_VALUE, Refusal, SHARE_SPENT};
use table::EncodeError;

/// Every way in which a request can fail: what HTTP refuses, and what the
/// question has no answer for. Both are answered as a problem document.
#[derive(Debug)]
pub enum ApiError {
    /// Refused before the question was put.
    Problem(Problem),
    /// The question has no answer.
    Refused(Refusal),
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<NotAcceptable> for ApiError {
    fn from(error: NotAcceptable) -> Self {
        Self::Problem(Problem::not_acceptable(error.to_string()))
    }
}

/// A fault of ours, which the log explains.
impl From<EncodeError> for ApiError {
    fn from(error: EncodeError) -> Self {
        Self::Problem(Problem::internal().caused_by(error))
    }
}

/// How soon to ask again where no source says.
const USUAL_PAUSE: Duration = Duration::from_secs(30);

impl ApiError {
    /// There is no such address.
    pub fn no_such_page() -> Self {
        let detail = "there is nothing at this address; /marketpulse leads to everything there is";
        Self::Problem(Problem::plain(StatusCode::NOT_FOUND, "Not found", detail))
    }

    /// An ordinary request where a WebSocket is spoken.
    pub fn not_web_socket() -> Self {
        let detail =
            "this address speaks WebSocket; /marketpulse/stream gives the same events over HTTP";
        Self::Problem(Problem::plain(StatusCode::UPGRADE_REQUIRED, "WebSocket expected", detail))
    }

    /// Known symbols that may have been meant.
    pub fn near(&self) -> &[Symbol] {
        if let Self::Refused(Refusal::Unknown { near, .. }) = self { near } else { &[] }
    }

    /// As the document that answers it.
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Problem(problem) => problem,
            Self::Refused(refusal) => problem(refusal),
        }
    }
}

/// Status, title and further members of a refusal: the public contract of each.
fn problem(refusal: Refusal) -> Problem {
    use StatusCode as S;
    let (r#type, detail) = (refusal.problem_type(), refusal.to_string());
    match refusal {
        Refusal::Invalid { parameter, fault } => Problem::parameter(parameter, fault),
        Refusal::Unknown { near, .. } => {
            let near = near.iter().map(ToString::to_string).collect();
            Problem::new(S::NOT_FOUND, r#type, "Unknown symbol", detail).with_near(near)
        }
        Refusal::Unavailable { failures, .. } => no_value(&failures, detail),
        Refusal::NothingKnown { .. } => {
            Problem::new(S::NOT_FOUND, r#type, "Nothing known then", detail)
        }
        Refusal::BeforeHorizon { .. } => {
            Problem::new(S::GONE, r#type, "No longer retained", detail)
        }
        Refusal::NotKept { .. } => Problem::new(S::GONE, r#type, "Not kept", detail),
        Refusal::Store(error) => {
            Problem::new(S::SERVICE_UNAVAILABLE, r#type, "Store cannot be read", detail)
                .because("store")
                .again_in(USUAL_PAUSE)
                .caused_by(error)
        }
    }
}

/// Nothing is held, and no source could give it: because the client has had its share
/// of what upstreams may be asked, or because they are away.
pub fn no_value(failures: &SourceFailures, detail: String) -> Problem {
    let problem = if failures.tells_of_spent_share() {
        Problem::new(StatusCode::TOO_MANY_REQUESTS, SHARE_SPENT, "Share spent", detail)
    } else {
        let away = StatusCode::SERVICE_UNAVAILABLE;
        Problem::new(away, NO_VALUE, "No value can be had", detail)
    };
    problem.because(failures.reason()).again_in(failures.again_in().unwrap_or(USUAL_PAUSE))
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.into_problem().into_response()
    }
}

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::reply;
use face::ApiError;

/// Why a question has no answer, as the feed's clients read it: a sentence beside
/// `"s": "error"`. They look at no status; for others it says what it can, but that a
/// question cannot be answered is no failure of the transport.
#[derive(Debug)]
pub(crate) struct Refused(ApiError);

#[derive(Serialize)]
struct Body {
    s: &'static str,
    errmsg: String,
}

impl<E: Into<ApiError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let is_page = matches!(&self.0, ApiError::Problem(it) if it.about_parameter().is_none());
        let problem = self.0.into_problem();
        let is_question = problem.status() == StatusCode::BAD_REQUEST
            || (problem.status() == StatusCode::NOT_FOUND && !is_page);
        let status = if is_question { StatusCode::OK } else { problem.status() };
        let answer = Body { s: "error", errmsg: problem.detail().to_owned() };
        reply::refused(problem, status, &answer)
    }
}

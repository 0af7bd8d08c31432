use axum::response::{IntoResponse, Response};
use http::Problem;
use serde::Serialize;

use crate::reply;
use face::ApiError;

/// Why a question has no answer, as the vendor says it: the status again as a number, a
/// sentence, and the word `error`.
#[derive(Debug)]
pub(crate) struct Refused(ApiError);

/// The same as a part of an answer about several.
#[derive(Serialize)]
pub(super) struct Body {
    code: u16,
    message: String,
    status: &'static str,
}

impl Body {
    fn of(problem: &Problem) -> Self {
        let (code, message) = (problem.status().as_u16(), problem.detail().to_owned());
        Self { code, message, status: "error" }
    }
}

impl Refused {
    /// What is said of one of several.
    pub(super) fn into_body(self) -> Body {
        Body::of(&self.0.into_problem())
    }
}

impl<E: Into<ApiError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let problem = self.0.into_problem();
        let (status, body) = (problem.status(), Body::of(&problem));
        reply::refused(problem, status, &body)
    }
}

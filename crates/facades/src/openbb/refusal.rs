use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::reply;
use face::ApiError;

/// Why a widget has no rows: a sentence under `detail`, which the program shows.
#[derive(Debug)]
pub(crate) struct Refused(ApiError);

#[derive(Serialize)]
struct Body {
    detail: String,
}

impl<E: Into<ApiError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let problem = self.0.into_problem();
        let (status, body) = (problem.status(), Body { detail: problem.detail().to_owned() });
        reply::refused(problem, status, &body)
    }
}

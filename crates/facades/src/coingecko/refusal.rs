use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::reply;
use face::ApiError;

/// Why a question has no answer, as the vendor says it: one sentence about a question,
/// a code and a sentence about the service.
#[derive(Debug)]
pub(crate) struct Refused(ApiError);

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Body<'a> {
    Error(&'a str),
    Status { error_code: u16, error_message: &'a str },
}

impl<E: Into<ApiError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let problem = self.0.into_problem();
        let detail = problem.detail().to_owned();
        let status = match problem.status() {
            StatusCode::BAD_REQUEST if problem.about_parameter() == Some("id") => {
                StatusCode::NOT_FOUND
            }
            StatusCode::BAD_REQUEST => StatusCode::UNPROCESSABLE_ENTITY,
            status => status,
        };
        let is_of_service = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
        let body = if is_of_service {
            Body::Status { error_code: status.as_u16(), error_message: &detail }
        } else {
            Body::Error(&detail)
        };
        reply::refused(problem, status, &body)
    }
}

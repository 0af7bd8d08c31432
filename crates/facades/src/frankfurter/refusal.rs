use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use http::Problem;
use serde::Serialize;

use crate::reply;
use face::ApiError;

/// Why a question to the first version has no answer: a sentence.
#[derive(Debug)]
pub(super) struct FirstRefused(ApiError);

/// The same of the second version: status and sentence.
#[derive(Debug)]
pub(super) struct Refused(ApiError);

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    message: &'a str,
}

/// That there is nothing of that day, currency or address.
pub(super) fn not_found() -> ApiError {
    Problem::plain(StatusCode::NOT_FOUND, "Not found", "not found").into()
}

/// Only rates are had in that form.
pub(super) fn not_acceptable() -> ApiError {
    Problem::not_acceptable("only rates are had as CSV").into()
}

impl<E: Into<ApiError>> From<E> for FirstRefused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl<E: Into<ApiError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for FirstRefused {
    fn into_response(self) -> Response {
        respond(self.0, false)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        respond(self.0, true)
    }
}

fn respond(error: ApiError, names_status: bool) -> Response {
    let problem = error.into_problem();
    let status = match problem.status() {
        StatusCode::BAD_REQUEST => StatusCode::UNPROCESSABLE_ENTITY,
        status => status,
    };
    let message = problem.detail().to_owned();
    let named = names_status.then_some(status.as_u16());
    reply::refused(problem, status, &Body { status: named, message: &message })
}

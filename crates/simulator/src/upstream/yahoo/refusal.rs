use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::upstream::answer;

/// A refusal in Yahoo's words.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    description: String,
}

impl Refusal {
    pub(super) fn not_found() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            code: "Not Found",
            description: "No data found, symbol may be delisted".to_owned(),
        }
    }

    pub(super) fn bad_request(description: String) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: "Bad Request", description }
    }

    pub(super) fn unprocessable(description: String) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self { status, code: "Unprocessable Entity", description }
    }

    /// The answer; its outermost key is `chart`, `spark` or `finance`.
    pub(super) fn answer(self, key: &str) -> Response {
        let error = json!({ "code": self.code, "description": self.description });
        answer::json(self.status, &json!({ key: { "result": null, "error": error } }))
    }
}

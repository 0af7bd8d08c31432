use axum::http::StatusCode;
use http::Problem;
use query::NO_VALUE;

use face::ApiError;

/// Why an answer without anything in it cannot be given: its source may have what is
/// not held here, so that "there is nothing" would be wrong.
///
/// # Errors
///
/// Something is lacking.
pub(super) fn refuse_lack(lack: Option<String>) -> Result<(), ApiError> {
    let Some(lack) = lack else { return Ok(()) };
    let status = StatusCode::SERVICE_UNAVAILABLE;
    Err(Problem::new(status, NO_VALUE, "No value can be had", lack).into())
}

use axum::http::StatusCode;
use http::Problem;
use jiff::civil::Date;
use query::{Bars, NO_VALUE};

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

/// Why bars between two dates cannot be given: a source was never asked for others that
/// lie there. Their reader would take those that are held for all there are.
///
/// # Errors
///
/// Something may be lacking.
pub(super) fn refuse_part(bars: &Bars, from: Date, to: Date) -> Result<(), ApiError> {
    refuse_lack(bars.lack_within((from, to)))
}

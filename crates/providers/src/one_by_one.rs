//! Latest prices of a source at which many in one request cost as much as each alone.

use market::{Instrument, Quote, SourceError};

/// Each instrument by itself.
pub(crate) fn batches(instruments: Vec<Instrument>) -> Vec<Vec<Instrument>> {
    instruments.into_iter().map(|it| vec![it]).collect()
}

/// What was said of one instrument.
///
/// # Errors
///
/// Where nothing was said of it, and nothing would be of another.
pub(crate) fn said(
    result: Result<Quote, SourceError>,
) -> Result<Result<Quote, SourceError>, SourceError> {
    match result {
        Err(error) if error.is_passing() && !matches!(error, SourceError::LeftOut(_)) => Err(error),
        of_this_one_alone => Ok(of_this_one_alone),
    }
}

//! Latest prices of a source at which many in one request cost as much as each alone.

use market::{Instrument, Quote, SourceError};

/// Each instrument by itself.
pub(crate) fn batches(instruments: Vec<Instrument>) -> Vec<Vec<Instrument>> {
    instruments.into_iter().map(|it| vec![it]).collect()
}

/// What is said of each, asked for one after another.
///
/// # Errors
///
/// Where nothing is said of one, and nothing would be of another.
pub(crate) async fn quotes<'a, F>(
    batch: &'a [Instrument],
    ask: impl Fn(&'a Instrument) -> F + Send,
) -> Result<Vec<Result<Quote, SourceError>>, SourceError>
where
    F: Future<Output = Result<Quote, SourceError>> + Send,
{
    let mut quotes = Vec::with_capacity(batch.len());
    for asked in batch {
        quotes.push(said(ask(asked).await)?);
    }
    Ok(quotes)
}

/// What was said of one instrument.
fn said(result: Result<Quote, SourceError>) -> Result<Result<Quote, SourceError>, SourceError> {
    match result {
        Err(error) if error.is_passing() && !matches!(error, SourceError::LeftOut(_)) => Err(error),
        of_this_one_alone => Ok(of_this_one_alone),
    }
}

use std::sync::Arc;

use engine::Entry;
use jiff::Timestamp;
use serde::Serialize;
use table::{Built, Constants, Described, EncodeError, Head, Table, described};

use super::shown::Shown;

/// What is said once about all quotes.
#[derive(Serialize, schemars::JsonSchema)]
pub struct QuotesHead {
    /// When this answer was made.
    timestamp: Timestamp,
}

/// A table of quotes, in the order asked. What cannot be had is empty, and
/// `reason` says why.
///
/// # Errors
///
/// A fault of ours.
pub fn quotes(entries: &[Arc<Entry>], now: Timestamp) -> Result<Table, EncodeError> {
    let shown: Vec<Shown<'_>> = entries.iter().map(|entry| Shown::new(entry, now)).collect();
    Ok(Table {
        head: Head::of(&QuotesHead { timestamp: now })?,
        name: "quotes",
        rows: Arc::new(Built::of(&Shown::COLUMNS, &shown)),
        constants: Constants::none(),
    })
}

/// The columns of a table of quotes.
pub fn columns() -> Vec<Described> {
    described(&Shown::COLUMNS)
}

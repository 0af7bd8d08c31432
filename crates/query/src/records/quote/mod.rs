//! Quotes as rows and as JSON, and what stands beside a price that is shown.

mod beside;
mod latest;
mod rows;

pub(crate) use beside::{Disputed, DoubtedHistoryInFull, DoubtedInFull};
pub use latest::{Latest, QuoteJson, latest, quote_json};
pub use rows::{QuotesHead, columns, quotes};

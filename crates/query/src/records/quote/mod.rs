//! Quotes as rows and as JSON, and what stands beside a price that is shown.

mod beside;
mod latest;
mod rows;
mod shown;
mod state;

pub(crate) use beside::{Element, RejectedSeries};
pub use latest::{Latest, latest};
pub use rows::{QuotesHead, columns, quotes};
pub use shown::{QuoteJson, Shown, quote_json, without_noise};
pub use state::{State, StateJson};

//! What can be asked of the service, whoever asks: routes, commands and files
//! put the same question here and get the same answer, with its freshness.
//!
//! Knows no HTTP. A [`Refusal`] says why there is no answer; each face turns it
//! into its own words.

pub mod aligned;
mod bars;
pub mod explain;
pub mod history;
mod indicators;
mod page;
pub mod records;
mod refusal;
mod view;

pub use bars::{Bars, lack};
pub use indicators::{Indicators, IndicatorsError, MOST_INDICATORS};
pub use page::{Order, Page};
pub use refusal::Refusal;
pub use view::PriceView;

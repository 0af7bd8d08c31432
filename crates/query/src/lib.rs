//! What can be asked of the service, whoever asks: routes, commands and files
//! put the same question here and get the same answer, with its freshness.
//!
//! Knows no HTTP. A [`Refusal`] says why there is no answer; each face turns it
//! into its own words.

pub mod aligned;
mod bars;
mod existing;
pub mod explain;
pub mod history;
mod indicators;
pub mod newest;
mod opened;
mod page;
mod place;
pub mod records;
pub mod reference;
mod refusal;
mod retention;
mod view;

/// The longest text that instruments are looked up by, in letters.
pub const LONGEST_SEARCH: usize = 80;

pub use bars::{Bars, disputed, lack, repaired, second};
pub use existing::{existing, is_existing, priced};
pub use indicators::{Indicators, IndicatorsError, MOST_INDICATORS};
pub use opened::Opened;
pub use page::{Order, Page};
pub use place::at_place;
pub use refusal::{NO_VALUE, Refusal, SHARE_SPENT};
pub use retention::{Retained, Retention};
pub use view::PriceView;

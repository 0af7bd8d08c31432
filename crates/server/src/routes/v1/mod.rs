//! The handlers of the data API.

mod actions;
mod aligned;
mod bars;
mod fx;
mod instruments;
mod quotes;

pub(crate) use actions::{ActionsHead, actions};
pub(crate) use aligned::{AlignedHead, aligned};
pub(crate) use bars::bars;
pub(crate) use fx::{convert, rate};
pub(crate) use instruments::{FoundHead, Nothing, instrument, instruments, search};
pub(crate) use quotes::{QuotesHead, quote, quotes};

//! The handlers of the data API.

mod actions;
mod aligned;
mod bars;
mod calendars;
mod columns;
mod disputes;
mod figure;
mod fx;
mod instruments;
mod quotes;
mod repairs;
mod respond;
mod sources;
mod stream;
mod versions;

pub(crate) use actions::actions;
pub(crate) use aligned::aligned;
pub(crate) use bars::bars;
pub(crate) use calendars::{calendar, calendars};
pub(crate) use disputes::disputes;
pub(crate) use fx::{convert, rate};
pub(crate) use instruments::{instrument, instruments, search};
pub(crate) use quotes::{quote, quotes, value};
pub(crate) use repairs::repairs;
pub(crate) use sources::sources;
pub(crate) use stream::{stream, ws};
pub(crate) use versions::{action_versions, bar_versions, changes, quote_versions};

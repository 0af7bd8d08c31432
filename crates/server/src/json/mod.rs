//! The shapes of our JSON answers. Domain types become these here and nowhere
//! else; every answer carries where its values came from and how old they are.

pub(crate) mod bars;
mod beside;
mod explain;
pub(crate) mod fx;
mod history;
mod instrument;
mod latest;
mod number;
mod sources;

pub(crate) use explain::{Reason, cause, explain, told};
pub(crate) use history::{History, history};
pub(crate) use instrument::{InstrumentJson, instrument};
pub(crate) use latest::{Latest, QuoteJson, latest, quote_json, without_noise};
pub(crate) use number::{Number, in_fifteen_digits};
pub(crate) use sources::{SourcesBody, sources};

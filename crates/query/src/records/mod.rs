//! The records that answers are made of: which columns there are and what stands
//! in them, and the shapes of JSON answers. Domain types become these here and
//! nowhere else; every answer carries where its values came from and how old
//! they are.

pub mod action;
pub mod aligned;
pub mod bar;
mod history;
pub mod instrument;
pub mod quote;
pub mod rate;
mod source;

pub use aligned::{AlignedHead, Field};
pub use history::{History, history};
pub use instrument::{FoundHead, InstrumentJson, InstrumentsHead, found, instrument, instruments};
pub use source::{SourcesBody, sources};

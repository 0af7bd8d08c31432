//! The records that answers are made of: which columns there are and what stands
//! in them, and the shapes of JSON answers. Domain types become these here and
//! nowhere else; every answer carries where its values came from and how old
//! they are.

pub mod action;
pub mod aligned;
mod answer;
pub mod bar;
pub mod calendar;
pub mod change;
mod coverage;
pub mod dispute;
mod history;
pub mod instrument;
pub mod quote;
pub mod rate;
pub mod repair;
pub mod shown;
mod source;
mod store;
pub mod version;
mod vocabulary;

pub use aligned::{AlignedHead, Field};
pub use history::{History, history};
pub use instrument::{FoundHead, InstrumentJson, InstrumentsHead, found, instrument, instruments};
pub use source::{SourceEvent, SourcesBody, source_event, sources};
pub use store::{StoreJson, nothing_stored};

#[cfg(test)]
mod tests {
    use table::{Field, SIMULATED};

    use super::*;

    fn is_marked<R>(fields: &[Field<R>]) -> bool {
        fields.iter().any(|field| field.name() == SIMULATED)
    }

    #[test]
    fn every_row_that_may_be_made_up_has_the_mark() {
        assert!(is_marked(&quote::Shown::COLUMNS));
        assert!(is_marked(&bar::AboutBars::CONSTANTS));
        assert!(is_marked(&aligned::AboutSeries::CONSTANTS));
        assert!(is_marked(&action::AboutActions::CONSTANTS));
    }
}

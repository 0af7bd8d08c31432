//! What every backend stores and reads, without saying how: pure functions and
//! types, which know no SQL.
//!
//! Every report of an upstream is stored as versions. `versions` says when
//! something reported is a new version and since when it counts as known;
//! `bars` and `actions` apply that. When a split puts prices on a new basis,
//! the bars reported from then on are a series of their own, so that bars of
//! two bases can never be read together, nor compared: `bases`. `ledger` says
//! what an answer was asked for and which answers a question concerns; `reading`
//! what an answer is read from; `past` the same for what was known at an instant.
//!
//! A backend reads and writes rows: it asks the rules what to read, reads that,
//! and has the rules put the answer together. One rule is a condition of its
//! statements instead, so that it is atomic: the latest quote of a source, its
//! description of an instrument and an entry of the ledger give way to a row of
//! the same key, unless that was received earlier.

mod acceptance;
mod actions;
mod bars;
mod bases;
mod latest;
mod ledger;
mod moment;
mod past;
mod reading;
#[cfg(test)]
mod samples;
mod stretch;
mod versions;

pub(crate) use self::acceptance::{accept_answer, accept_quote};
pub(crate) use self::actions::{Terms, by_day};
pub(crate) use self::bars::{Confirmation, additions};
pub(crate) use self::bases::{SeriesId, StoredSeries, begun_at, in_force};
pub(crate) use self::latest::{Described, latest_instruments, latest_quotes};
pub(crate) use self::ledger::{Entry, ranked, spans};
pub(crate) use self::moment::Moment;
pub(crate) use self::past::{KnownSeries, Past, known_at, of_dates};
pub(crate) use self::reading::Reading;
pub(crate) use self::stretch::{Dates, OpenTimes};
pub(crate) use self::versions::{Known, Version};

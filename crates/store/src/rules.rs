//! What every backend stores and reads, without saying how: pure functions and
//! types, which know no SQL.
//!
//! Every fact is known from one `revision` until another. `bars` and `actions` say
//! what an answer changes: what is new, what differs, and what it speaks for and no
//! longer says. When a split puts prices on a new basis, the bars reported from
//! then on are a series of their own, so that bars of two bases can never be read
//! together, nor compared: `bases`. `ledger` says what an answer was asked for and
//! which answers a question concerns; `reading` what an answer is read from, today
//! and as it was at any revision, by the same rules; `versions` why each version is
//! as it is and until when it was in force; `shown` likewise of what was shown.
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
mod reading;
mod revision;
#[cfg(test)]
mod samples;
mod shown;
mod stretch;
mod versions;

pub(crate) use self::acceptance::{accept_answer, accept_shown};
pub(crate) use self::actions::{ActionChanges, ByDay, Day, Silence, Terms, action_changes, by_day};
pub(crate) use self::bars::{Changes, Spoken, changes};
pub(crate) use self::bases::{SeriesId, StoredSeries, in_force};
pub(crate) use self::latest::{Described, latest_instruments, latest_quotes};
pub(crate) use self::ledger::{Entry, ranked, spans, spelled, spoken, spoken_ex_dates};
pub(crate) use self::moment::{APART_MS, LONGEST_REQUEST_MS, Moment};
pub(crate) use self::reading::Reading;
pub(crate) use self::revision::{Revision, Version};
pub(crate) use self::shown::{disputed_by, news, outcome, why_shown};
pub(crate) use self::stretch::{Dates, Slots};
pub(crate) use self::versions::{Before, Turn, by_why, lasting, why_actions, why_bar};

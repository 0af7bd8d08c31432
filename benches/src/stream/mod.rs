//! Streams of changes measured beside nginx's nchan: one change, many readers.
//!
//! `docs/benchmarks.md` says what is compared and how to read the tables.

pub(crate) mod bare;
mod crowd;
mod cut;
mod figures;
mod held;
mod kraken;
mod nchan;
mod options;
mod pace;
pub(crate) mod readers;
mod run;
mod sample;
mod stage;
mod table;
mod tally;

pub(crate) use options::Options;
pub(crate) use run::run;

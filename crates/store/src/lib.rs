//! Keeps quotes, bars, actions and instruments: every version of them, in SQLite.
//!
//! One thread writes (`writer`), a few read-only connections read
//! (`readers`); with SQLite's write-ahead log neither waits for the other.
//! What is stored how is told by `migrations/`; each module beside knows one
//! table or two and deals in `rusqlite::Result`; `failure` turns that into
//! [`market::StoreError`], with the file's name, at the border.
//!
//! Bars are in `series`, and `answer` is the ledger of what was asked. When a
//! split puts prices on a new basis, the bars told from then on are a series of
//! their own: so bars of two bases can never be read together, nor compared.

mod actions;
mod answers;
mod aside;
mod bars;
mod check;
mod columns;
mod failure;
mod instruments;
mod ledger;
mod nowhere;
mod open;
mod past;
mod quotes;
mod readers;
mod series;
mod sqlite;
mod writer;

pub use aside::SetAside;
pub use nowhere::Nowhere;
pub use sqlite::SqliteStore;

//! Keeps quotes, bars, actions and instruments: every version of them, in SQLite.
//!
//! Bars are in `series`, and `answer` is the ledger of what was asked. When a
//! split puts prices on a new basis, the bars told from then on are a series of
//! their own: so bars of two bases can never be read together, nor compared.

mod null;
mod sqlite;

pub use null::Nowhere;
pub use sqlite::{SetAside, SqliteStore};

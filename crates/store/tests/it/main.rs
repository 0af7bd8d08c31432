//! What every store promises (`contract`, `model`), and what holds for the
//! one in SQLite in particular (`sqlite`, `trouble`).
#![expect(clippy::unwrap_used, reason = "tests")]

mod contract;
mod model;
mod sqlite;
mod trouble;
mod values;

use market::Store;

/// A kind of store under test, with one empty store of its own.
pub(crate) trait Backend: Sync {
    /// Opens that store; again after the one given out before has been dropped.
    fn open(&self) -> Box<dyn Store>;
}

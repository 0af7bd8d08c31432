//! What every store promises (`contract`), and a folder for each backend that
//! keeps it and has more to say for itself.
#![expect(clippy::unwrap_used, reason = "tests")]

mod contract;
mod sqlite;
mod values;

use market::Store;

/// A kind of store under test, with one empty store of its own.
pub(crate) trait Backend: Sync {
    /// Opens that store; again after the one given out before has been dropped.
    fn open(&self) -> Box<dyn Store>;
}

//! What every store promises (`contract`, `model`, `bases`, `past`), and what holds for
//! the one in SQLite in particular (the others).
#![expect(clippy::unwrap_used, reason = "tests")]

mod aside;
mod bases;
mod child;
mod contract;
mod full;
mod killed;
mod model;
mod older;
mod past;
mod reading;
mod sqlite;
mod trouble;
mod values;

use market::Store;

/// A kind of store under test, with one empty store of its own.
pub(crate) trait Backend: Sync {
    /// Opens that store; again after the one given out before has been dropped.
    fn open(&self) -> Box<dyn Store>;
}

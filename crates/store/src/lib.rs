//! Stores quotes, bars, actions and instruments: every version of them, in SQLite.
//!
//! `rules` says what is stored and read; `sqlite` holds all SQL. A second backend
//! is another folder beside it.

mod null;
mod rules;
mod sqlite;

pub use null::NullStore;
pub use sqlite::{SetAside, SqliteStore};

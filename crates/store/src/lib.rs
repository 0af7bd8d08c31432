//! Stores quotes, bars, actions and instruments: every version of them, in SQLite.
//!
//! `address` opens the backend that an address names. `rules` says what is stored
//! and read; `sqlite` holds all SQL. A second backend is another folder beside it,
//! and a scheme in `address`.

mod address;
mod file;
mod lock;
mod null;
mod opening;
mod rules;
mod sqlite;

pub use address::{Address, AddressError};
pub use lock::Holder;
pub use null::NullStore;
pub use opening::Opening;
pub use sqlite::{Copied, Restored, SetAside, SqliteStore};

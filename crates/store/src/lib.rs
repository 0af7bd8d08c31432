//! Stores quotes, bars, actions and instruments: every version of them, in SQLite.
//!
//! `address` opens the backend that an address names. `rules` says what is stored
//! and read; `sqlite` holds all SQL. A second backend is another folder beside it,
//! and a scheme in `address`.

mod address;
mod damage;
mod null;
mod rules;
mod sqlite;

pub use address::{Address, AddressError};
pub use damage::IfDamaged;
pub use null::NullStore;
pub use sqlite::{SetAside, SqliteStore};

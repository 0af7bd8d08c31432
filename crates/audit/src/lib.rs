//! The audit log: who did or was refused what, when, and how it ended. One JSON object a
//! line, in a file of its own.
//!
//! Knows neither HTTP nor markets, and no secret is ever given to it.

mod event;
mod file;
mod flood;
mod trail;

pub use event::{Event, Kind, Outcome};
pub use file::{AuditFile, AuditFileError};
pub use trail::{Now, Trail};

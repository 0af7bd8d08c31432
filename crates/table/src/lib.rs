//! Answers that are tables, as bytes in the form that was asked for.
//!
//! The JSON forms say once, at the head, what holds for all rows. The flat ones
//! (CSV, NDJSON, Arrow, Parquet) repeat it as columns at the end of every row, so
//! that a saved file still tells where its numbers are from. No form is built as
//! a whole in memory: each comes in pieces.
//!
//! Knows neither HTTP nor markets. Routes, commands and files write through
//! [`Table`], so that one table has the same bytes wherever it is asked for.

mod arrow;
mod built;
mod columns;
mod constants;
mod csv;
mod error;
mod field;
mod form;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod head;
mod json;
mod number;
mod object;
mod picked;
mod pieces;
mod rows;
mod schema;
mod table;
#[cfg(test)]
mod tests;
pub mod text;

pub use built::Built;
pub use constants::Constants;
pub use error::EncodeError;
pub use field::Field;
pub use form::{Form, UnknownForm};
pub use head::Head;
pub use number::{Number, in_fifteen_digits};
pub use object::{Object, Record, json};
pub use picked::{FieldsError, place, places};
pub use pieces::Pieces;
pub use rows::{Column, ColumnKind, Rows, SIMULATED, Values};
pub use schema::{Described, described, schema_of};
pub use schemars::Schema;
pub use serde_json::value::RawValue as RawJson;
pub use table::Table;

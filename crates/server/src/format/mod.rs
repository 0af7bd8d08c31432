//! Answers that are tables, as bytes in the format that was asked for.
//!
//! The JSON formats say once, at the head, what holds for all rows. The flat
//! ones (CSV, NDJSON, Arrow, Parquet) repeat it as columns at the end of every
//! row, so that a saved file still tells where its numbers are from. No format
//! is built as a whole in memory: each comes in pieces.

mod accept;
#[cfg(feature = "arrow")]
mod arrow;
mod choice;
mod columns;
mod constants;
mod csv;
mod error;
mod head;
mod json;
mod picked;
mod pieces;
mod rows;
#[cfg(test)]
mod tests;

use std::iter;
use std::sync::Arc;

pub(crate) use choice::{Format, FormatError};
pub(crate) use constants::Constant;
pub(crate) use error::EncodeError;
pub(crate) use head::Head;
pub(crate) use picked::Picked;
pub(crate) use pieces::Pieces;
pub(crate) use rows::{Column, ColumnKind, Rows, Values};

use columns::ColumnPieces;
use constants::WithConstants;
use pieces::RowPieces;

/// Writes a table, piece by piece: 4,096 rows or some 64 KiB at a time, and
/// a short answer in one piece.
///
/// `rows_name` is the key of the rows in [`Format::Json`]. The constants
/// become columns in the flat formats and are left out of the JSON ones, whose
/// head is expected to say them.
///
/// An error is the last item. What is wrong from the start (a format this build
/// lacks, columns of one name) is the first, so a caller takes one piece before
/// it promises success. An error after that must cut the answer off, not end
/// it.
pub(crate) fn encode(
    format: Format,
    head: &Head,
    rows_name: &'static str,
    rows: Arc<dyn Rows>,
    constants: &[(&'static str, Constant)],
) -> Pieces {
    match begin(format, head, rows_name, rows, constants) {
        Ok(pieces) => pieces,
        Err(error) => Box::new(iter::once(Err(error))),
    }
}

fn begin(
    format: Format,
    head: &Head,
    rows_name: &'static str,
    rows: Arc<dyn Rows>,
    constants: &[(&'static str, Constant)],
) -> Result<Pieces, EncodeError> {
    rows::refuse_twins(rows.columns())?;
    let flat = |rows| Arc::new(WithConstants::new(rows, constants)) as Arc<dyn Rows>;
    Ok(match format {
        Format::Json => {
            let writer = json::JsonRows::new(head, rows_name, rows.columns());
            Box::new(RowPieces::new(rows, writer))
        }
        Format::Columns => Box::new(ColumnPieces::new(rows, head)),
        Format::Ndjson => {
            let rows = flat(rows);
            let writer = json::Ndjson::new(rows.columns());
            Box::new(RowPieces::new(rows, writer))
        }
        Format::Csv => {
            let rows = flat(rows);
            let writer = csv::Csv::new(rows.columns());
            Box::new(RowPieces::new(rows, writer))
        }
        #[cfg(feature = "arrow")]
        Format::Arrow => {
            let rows = flat(rows);
            let writer = arrow::Ipc::new(head, rows.columns())?;
            Box::new(RowPieces::new(rows, writer))
        }
        #[cfg(feature = "arrow")]
        Format::Parquet => {
            let rows = flat(rows);
            let writer = arrow::Parquet::new(head, rows.columns())?;
            Box::new(RowPieces::new(rows, writer))
        }
        #[cfg(not(feature = "arrow"))]
        Format::Arrow | Format::Parquet => return Err(FormatError::NotBuilt(format).into()),
    })
}

use std::sync::Arc;

use bytes::Bytes;

use crate::error::EncodeError;
use crate::rows::{Rows, Values, stretch};

/// An answer, piece by piece. An error is the last item.
pub type Pieces = Box<dyn Iterator<Item = Result<Bytes, EncodeError>> + Send>;

/// As many rows are held at a time, however many there are.
pub(crate) const STRETCH: usize = 4_096;

/// Writes a table row by row, or stretch by stretch.
pub(crate) trait RowWriter: Send {
    /// What stands before the first row.
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError>;

    /// Some rows, given as the cells of each column.
    fn rows(&mut self, cells: &[Values], out: &mut Vec<u8>) -> Result<(), EncodeError>;

    /// What stands after the last row.
    fn end(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError>;
}

/// The pieces of a format that is written in the order of rows.
pub(crate) struct RowPieces<W> {
    rows: Arc<dyn Rows>,
    writer: W,
    len: usize,
    /// The first row not yet written; `None` when all is said.
    next_row: Option<usize>,
}

impl<W: RowWriter> RowPieces<W> {
    pub(crate) fn new(rows: Arc<dyn Rows>, writer: W) -> Self {
        Self { len: rows.len(), rows, writer, next_row: Some(0) }
    }

    fn piece(&mut self, from: usize) -> Result<Vec<u8>, EncodeError> {
        let mut out = Vec::new();
        let to = self.len.min(from + STRETCH);
        if from == 0 {
            self.writer.begin(&mut out)?;
        }
        if from < to {
            self.writer.rows(&stretch(&*self.rows, &(from..to))?, &mut out)?;
        }
        if to == self.len {
            self.writer.end(&mut out)?;
        } else {
            self.next_row = Some(to);
        }
        Ok(out)
    }
}

impl<W: RowWriter> Iterator for RowPieces<W> {
    type Item = Result<Bytes, EncodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let from = self.next_row.take()?;
            match self.piece(from) {
                // A writer that gathers has nothing to give yet.
                Ok(out) if out.is_empty() => {}
                Ok(out) => return Some(Ok(out.into())),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

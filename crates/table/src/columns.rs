use std::sync::Arc;

use bytes::Bytes;

use crate::error::EncodeError;
use crate::head::Head;
use crate::json::{key, write_cell};
use crate::pieces::STRETCH;
use crate::rows::{Rows, cells};

/// A piece is given away when it has grown to this.
const PIECE_BYTES: usize = 64 * 1024;

/// `{head…, "columns": {"date":[…],"close":[…]}}`, written in the order of
/// columns.
pub(crate) struct ColumnPieces {
    rows: Arc<dyn Rows>,
    len: usize,
    before: String,
    column: usize,
    row: usize,
    done: bool,
}

impl ColumnPieces {
    pub(crate) fn new(rows: Arc<dyn Rows>, head: &Head) -> Self {
        let before = format!("{}{}{{", head.opened(), key("columns"));
        Self { len: rows.len(), rows, before, column: 0, row: 0, done: false }
    }

    fn piece(&mut self) -> Result<Vec<u8>, EncodeError> {
        let mut out = std::mem::take(&mut self.before).into_bytes();
        while self.column < self.rows.columns().len() {
            self.stretch(&mut out)?;
            if out.len() >= PIECE_BYTES {
                return Ok(out);
            }
        }
        out.extend_from_slice(b"}}");
        self.done = true;
        Ok(out)
    }

    fn stretch(&mut self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let to = self.len.min(self.row + STRETCH);
        if self.row == 0 {
            self.open(out);
        }
        let cells = cells(&*self.rows, self.column, self.row..to)?;
        for i in 0..cells.len() {
            if self.row + i > 0 {
                out.push(b',');
            }
            write_cell(&cells, i, out)?;
        }
        self.row = to;
        if to == self.len {
            self.close(out);
        }
        Ok(())
    }

    fn open(&self, out: &mut Vec<u8>) {
        if self.column > 0 {
            out.push(b',');
        }
        out.extend_from_slice(key(&self.rows.columns()[self.column].name).as_bytes());
        out.push(b'[');
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        out.push(b']');
        self.column += 1;
        self.row = 0;
    }
}

impl Iterator for ColumnPieces {
    type Item = Result<Bytes, EncodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let piece = self.piece();
        self.done |= piece.is_err();
        Some(piece.map(Bytes::from))
    }
}

use std::ops::Range;
use std::sync::Arc;

use crate::field::Field;
use crate::rows::{Column, Rows, Values};

/// What is the same in every row: a symbol, a currency, a source.
#[derive(Default)]
pub struct Constants {
    columns: Vec<Column>,
    /// One cell of each column.
    cells: Vec<Values>,
}

impl Constants {
    /// Nothing is the same in every row.
    pub fn none() -> Self {
        Self::default()
    }

    /// What these fields say of a record.
    pub fn of<R>(fields: &[Field<R>], record: &R) -> Self {
        Self {
            columns: fields.iter().map(Field::column).collect(),
            cells: fields.iter().map(|field| field.values(std::iter::once(record))).collect(),
        }
    }
}

/// Rows with constants as columns at the end. Where the rows have a column of
/// that name themselves, theirs says more and stays alone.
pub(crate) struct WithConstants {
    rows: Arc<dyn Rows>,
    columns: Vec<Column>,
    cells: Vec<Values>,
}

impl WithConstants {
    pub(crate) fn new(rows: Arc<dyn Rows>, constants: &Constants) -> Self {
        let mut columns = rows.columns().to_vec();
        let mut cells = Vec::new();
        for (column, cell) in constants.columns.iter().zip(&constants.cells) {
            if columns.iter().all(|known| known.name != column.name) {
                columns.push(column.clone());
                cells.push(cell.clone());
            }
        }
        Self { rows, columns, cells }
    }
}

impl Rows for WithConstants {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn column(&self, i: usize, range: Range<usize>) -> Values {
        match i.checked_sub(self.rows.columns().len()) {
            Some(constant) => self.cells[constant].repeated(range.len()),
            None => self.rows.column(i, range),
        }
    }
}

use std::iter;
use std::sync::Arc;

use crate::constants::Constants;
use crate::form::{Form, Written};
use crate::head::Head;
use crate::picked::{self, FieldsError, Picked};
use crate::pieces::Pieces;
use crate::rows::{self, Rows, Values};

/// An answer made of rows, before it takes a form.
pub struct Table {
    /// What is said once about all rows.
    pub head: Head,
    /// The key of the rows in [`Form::JSON`].
    pub name: &'static str,
    /// The rows.
    pub rows: Arc<dyn Rows>,
    /// What each row repeats in a form without a head: a file that was saved
    /// must still say where its numbers are from. The forms with a head leave
    /// these out, since the head says them.
    pub constants: Constants,
}

impl Table {
    /// The same with only the columns that `fields` names, in that order.
    ///
    /// # Errors
    ///
    /// The name that is none, or stands twice.
    pub fn with_fields(self, fields: Option<&str>) -> Result<Self, FieldsError> {
        let Some(fields) = fields else { return Ok(self) };
        let rows = Arc::new(Picked::new(Arc::clone(&self.rows), fields)?);
        Ok(Self { rows, ..self })
    }

    /// One figure of the first row alone, as plain text: a number in digits without
    /// an exponent, a text as it is. `None` where it is a hole, or there is no row.
    ///
    /// # Errors
    ///
    /// There is no column of that name.
    pub fn figure(&self, field: &str) -> Result<Option<String>, FieldsError> {
        let place = picked::place(self.rows.columns(), field)?;
        Ok(match self.rows.column(place, 0..self.rows.len().min(1)) {
            Values::Date(cells) => first(&cells),
            Values::Instant(cells) => first(&cells),
            Values::Number(cells) => first(&cells),
            Values::Text(cells) => first(&cells),
            Values::Flag(cells) => first(&cells),
            Values::Whole(cells) => first(&cells),
        })
    }

    /// Writes the table, piece by piece: 4,096 rows or some 64 KiB at a time,
    /// and a short one in one piece.
    ///
    /// An error is the last item. What is wrong from the start (columns of one
    /// name) is the first, so a caller takes one piece before it promises
    /// success. An error after that must cut the answer off, not end it.
    pub fn pieces(&self, form: Form) -> Pieces {
        let written = Written {
            head: &self.head,
            rows_name: self.name,
            rows: Arc::clone(&self.rows),
            constants: &self.constants,
        };
        let pieces = rows::refuse_twins(self.rows.columns()).and_then(|()| form.write(written));
        pieces.unwrap_or_else(|error| Box::new(iter::once(Err(error))))
    }
}

fn first<T: ToString>(cells: &[Option<T>]) -> Option<String> {
    cells.first()?.as_ref().map(T::to_string)
}

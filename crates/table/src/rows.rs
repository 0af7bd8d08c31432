//! A table as the encoders see it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::EncodeError;

/// The column that says of a row that its figures were made up. Where it is true
/// it cannot be left out: a saved file must not pass for real prices.
pub const SIMULATED: &str = "simulated";

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// A trading date.
    Date,
    /// A moment, UTC.
    Instant,
    /// A finite number.
    Number,
    /// Any text.
    Text,
    /// Yes or no.
    Flag,
    /// A whole number.
    Whole,
}

/// A column's name, as it stands in every format, and its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Lower case, words joined by `_`: `adj_close`.
    pub name: Cow<'static, str>,
    /// What its cells are.
    pub kind: ColumnKind,
}

impl Column {
    /// A column of that name and kind.
    pub fn new(name: impl Into<Cow<'static, str>>, kind: ColumnKind) -> Self {
        Self { name: name.into(), kind }
    }
}

/// Cells of one column, in the order of rows. `None` is a hole, written as
/// null or as an empty cell, never as zero.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Trading dates.
    Date(Vec<Option<Date>>),
    /// Moments, UTC.
    Instant(Vec<Option<Timestamp>>),
    /// Finite numbers.
    Number(Vec<Option<f64>>),
    /// Texts, shared where they repeat.
    Text(Vec<Option<Arc<str>>>),
    /// Yes or no.
    Flag(Vec<Option<bool>>),
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
}

impl Values {
    /// What these cells are.
    pub fn kind(&self) -> ColumnKind {
        match self {
            Self::Date(_) => ColumnKind::Date,
            Self::Instant(_) => ColumnKind::Instant,
            Self::Number(_) => ColumnKind::Number,
            Self::Text(_) => ColumnKind::Text,
            Self::Flag(_) => ColumnKind::Flag,
            Self::Whole(_) => ColumnKind::Whole,
        }
    }

    /// How many rows these cells are of.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Date(cells) => cells.len(),
            Self::Instant(cells) => cells.len(),
            Self::Number(cells) => cells.len(),
            Self::Text(cells) => cells.len(),
            Self::Flag(cells) => cells.len(),
            Self::Whole(cells) => cells.len(),
        }
    }

    /// The cells of these rows.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        match self {
            Self::Date(cells) => Self::Date(cells[range].to_vec()),
            Self::Instant(cells) => Self::Instant(cells[range].to_vec()),
            Self::Number(cells) => Self::Number(cells[range].to_vec()),
            Self::Text(cells) => Self::Text(cells[range].to_vec()),
            Self::Flag(cells) => Self::Flag(cells[range].to_vec()),
            Self::Whole(cells) => Self::Whole(cells[range].to_vec()),
        }
    }

    /// The one cell there is, so many times.
    pub(crate) fn repeated(&self, times: usize) -> Self {
        match self {
            Self::Date(cells) => Self::Date(cells.repeat(times)),
            Self::Instant(cells) => Self::Instant(cells.repeat(times)),
            Self::Number(cells) => Self::Number(cells.repeat(times)),
            Self::Text(cells) => Self::Text(vec![cells[0].clone(); times]),
            Self::Flag(cells) => Self::Flag(cells.repeat(times)),
            Self::Whole(cells) => Self::Whole(cells.repeat(times)),
        }
    }

    /// Whether any cell says yes.
    pub(crate) fn any(&self) -> bool {
        let Self::Flag(cells) = self else { return false };
        cells.contains(&Some(true))
    }

    fn is_finite(&self) -> bool {
        let Self::Number(cells) = self else { return true };
        cells.iter().flatten().all(|number| number.is_finite())
    }
}

/// Rows that can be had column by column and stretch by stretch.
///
/// Columns and length stay the same while an answer is written.
pub trait Rows: Send + Sync {
    /// The columns in the order they are written; no two of one name.
    fn columns(&self) -> &[Column];

    /// The number of rows.
    fn len(&self) -> usize;

    /// Whether there is no row.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cells of the `i`th column in these rows: as many as asked for, of
    /// the column's kind, numbers finite. Anything else ends the answer with
    /// an error.
    fn column(&self, i: usize, range: Range<usize>) -> Values;
}

/// The cells of one column, if they are what was promised.
pub(crate) fn cells(rows: &dyn Rows, i: usize, range: Range<usize>) -> Result<Values, EncodeError> {
    let column = &rows.columns()[i];
    let values = rows.column(i, range.clone());
    let fault = if values.kind() != column.kind {
        format!("holds {:?} where {:?} was announced", values.kind(), column.kind)
    } else if values.len() != range.len() {
        format!("gave {} cells for the {} rows from {}", values.len(), range.len(), range.start)
    } else if !values.is_finite() {
        format!("holds a number that is not finite in the rows from {}", range.start)
    } else {
        return Ok(values);
    };
    Err(EncodeError::Column { name: column.name.to_string(), fault })
}

/// The cells of all columns in these rows.
pub(crate) fn stretch(rows: &dyn Rows, range: &Range<usize>) -> Result<Vec<Values>, EncodeError> {
    (0..rows.columns().len()).map(|i| cells(rows, i, range.clone())).collect()
}

/// Two columns of one name would lose one of them in most readers.
pub(crate) fn refuse_twins(columns: &[Column]) -> Result<(), EncodeError> {
    let twin = columns
        .iter()
        .enumerate()
        .find(|(i, column)| columns[..*i].iter().any(|earlier| earlier.name == column.name));
    twin.map_or(Ok(()), |(_, column)| {
        let fault = "stands twice in one table".to_owned();
        Err(EncodeError::Column { name: column.name.to_string(), fault })
    })
}

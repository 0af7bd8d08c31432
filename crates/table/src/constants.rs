use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use crate::rows::{Column, ColumnKind, Rows, Values};

/// What is the same in every row: a symbol, a currency, a source.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// A text, or that there is none.
    Text(Option<Arc<str>>),
    /// Yes or no.
    Flag(bool),
    /// A moment, or that there is none.
    Instant(Option<Timestamp>),
}

impl Constant {
    /// A text that there is.
    pub fn text(text: &str) -> Self {
        Self::Text(Some(text.into()))
    }

    fn kind(&self) -> ColumnKind {
        match self {
            Self::Text(_) => ColumnKind::Text,
            Self::Flag(_) => ColumnKind::Flag,
            Self::Instant(_) => ColumnKind::Instant,
        }
    }

    fn repeated(&self, times: usize) -> Values {
        match self {
            Self::Text(text) => Values::Text(vec![text.clone(); times]),
            Self::Flag(flag) => Values::Flag(vec![Some(*flag); times]),
            Self::Instant(instant) => Values::Instant(vec![*instant; times]),
        }
    }
}

/// Rows with constants as columns at the end. Where the rows have a column of
/// that name themselves, theirs says more and stays alone.
pub(crate) struct WithConstants {
    rows: Arc<dyn Rows>,
    columns: Vec<Column>,
    constants: Vec<Constant>,
}

impl WithConstants {
    pub(crate) fn new(rows: Arc<dyn Rows>, constants: &[(&'static str, Constant)]) -> Self {
        let mut columns = rows.columns().to_vec();
        let mut added = Vec::new();
        for (name, constant) in constants {
            if columns.iter().all(|column| column.name != *name) {
                columns.push(Column::new(*name, constant.kind()));
                added.push(constant.clone());
            }
        }
        Self { rows, columns, constants: added }
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
            Some(constant) => self.constants[constant].repeated(range.len()),
            None => self.rows.column(i, range),
        }
    }
}

use std::borrow::Cow;
use std::ops::Range;

use crate::field::Field;
use crate::rows::{Column, ColumnKind, Rows, Values};

/// Rows put together column by column beforehand, where they are few.
#[derive(Default)]
#[must_use = "the rows are what is asked for"]
pub struct Built {
    columns: Vec<Column>,
    values: Vec<Values>,
    len: usize,
}

impl Built {
    /// A row for each record, a column for each field.
    pub fn of<R>(fields: &[Field<R>], records: &[R]) -> Self {
        Self {
            columns: fields.iter().map(Field::column).collect(),
            values: fields.iter().map(|field| field.values(records.iter())).collect(),
            len: records.len(),
        }
    }

    /// The same with a column of finite numbers behind the others.
    pub fn number(
        mut self,
        name: impl Into<Cow<'static, str>>,
        cells: impl Iterator<Item = Option<f64>>,
    ) -> Self {
        self.columns.push(Column::new(name, ColumnKind::Number));
        self.values.push(Values::Number(cells.collect()));
        self
    }
}

impl Rows for Built {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn len(&self) -> usize {
        self.len
    }

    fn column(&self, i: usize, range: Range<usize>) -> Values {
        self.values[i].slice(range)
    }
}

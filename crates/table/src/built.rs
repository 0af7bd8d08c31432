use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

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
    /// No column yet, of so many rows.
    pub fn of(len: usize) -> Self {
        Self { len, ..Self::default() }
    }

    /// The same with a column of texts behind the others.
    pub fn text<S: AsRef<str>>(
        self,
        name: &'static str,
        cells: impl Iterator<Item = Option<S>>,
    ) -> Self {
        let cells = cells.map(|cell| cell.map(|text| Arc::from(text.as_ref())));
        self.with(name.into(), ColumnKind::Text, Values::Text(cells.collect()))
    }

    /// The same with a column of finite numbers behind the others.
    pub fn number(
        self,
        name: impl Into<Cow<'static, str>>,
        cells: impl Iterator<Item = Option<f64>>,
    ) -> Self {
        self.with(name.into(), ColumnKind::Number, Values::Number(cells.collect()))
    }

    /// The same with a column of whole numbers behind the others.
    pub fn whole(self, name: &'static str, cells: impl Iterator<Item = Option<i64>>) -> Self {
        self.with(name.into(), ColumnKind::Whole, Values::Whole(cells.collect()))
    }

    /// The same with a column of trading dates behind the others.
    pub fn date(self, name: &'static str, cells: impl Iterator<Item = Option<Date>>) -> Self {
        self.with(name.into(), ColumnKind::Date, Values::Date(cells.collect()))
    }

    /// The same with a column of moments, UTC behind the others.
    pub fn instant(
        self,
        name: &'static str,
        cells: impl Iterator<Item = Option<Timestamp>>,
    ) -> Self {
        self.with(name.into(), ColumnKind::Instant, Values::Instant(cells.collect()))
    }

    /// The same with a column of yes or no behind the others.
    pub fn flag(self, name: &'static str, cells: impl Iterator<Item = Option<bool>>) -> Self {
        self.with(name.into(), ColumnKind::Flag, Values::Flag(cells.collect()))
    }

    fn with(mut self, name: Cow<'static, str>, kind: ColumnKind, values: Values) -> Self {
        self.columns.push(Column::new(name, kind));
        self.values.push(values);
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

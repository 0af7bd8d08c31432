use std::ops::Range;
use std::sync::Arc;

use market::Series;
use table::{Column, Described, Field, Rows, Values, described};

use super::at::BarAt;
use crate::page::Page;

/// The columns of a table of bars.
pub fn columns() -> Vec<Described> {
    described(&BarAt::COLUMNS)
}

/// A page of a series, a row for each bar.
pub struct BarRows {
    series: Arc<Series>,
    page: Page,
    columns: Vec<Column>,
}

impl BarRows {
    /// The rows of a page.
    pub fn new(series: Arc<Series>, page: Page) -> Self {
        Self { series, page, columns: BarAt::COLUMNS.iter().map(Field::column).collect() }
    }
}

impl Rows for BarRows {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn len(&self) -> usize {
        self.page.len()
    }

    fn column(&self, i: usize, range: Range<usize>) -> Values {
        let bar = |row| BarAt::new(&self.series, self.page.place(row));
        BarAt::COLUMNS[i].values(range.map(bar))
    }
}

use std::ops::Range;
use std::sync::Arc;

use market::{Repaired, Series};
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
    repaired: Vec<Repaired>,
}

impl BarRows {
    /// The rows of a page, of which some bars may be another source's.
    pub fn new(series: Arc<Series>, page: Page, repaired: Vec<Repaired>) -> Self {
        let columns = BarAt::COLUMNS.iter().map(Field::column).collect();
        Self { series, page, columns, repaired }
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
        let bar = |row| BarAt::new(&self.series, self.page.place(row), &self.repaired);
        BarAt::COLUMNS[i].values(range.map(bar))
    }
}

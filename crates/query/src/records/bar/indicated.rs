use std::ops::Range;
use std::sync::Arc;

use market::{Indicator, Series};
use table::{Column, ColumnKind, Rows, Values, in_fifteen_digits};

use super::rows::BarRows;
use crate::page::Page;

/// A page of a series, with columns for indicators behind those of each bar.
pub struct Indicated {
    bars: BarRows,
    page: Page,
    columns: Vec<Column>,
    /// A figure for each bar of the series, by column.
    figures: Vec<Vec<Option<f64>>>,
}

impl Indicated {
    /// Computed over the whole series: what an indicator says of a bar must not
    /// depend on the page it stands on.
    pub fn new(series: Arc<Series>, page: Page, indicators: &[Indicator]) -> Self {
        let figures = indicators.iter().flat_map(|one| one.over(series.closes())).collect();
        let bars = BarRows::new(series, page);
        let named = indicators.iter().flat_map(Indicator::columns);
        let named = named.map(|name| Column::new(name, ColumnKind::Number));
        let columns = bars.columns().iter().cloned().chain(named).collect();
        Self { bars, page, columns, figures }
    }
}

impl Rows for Indicated {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn len(&self) -> usize {
        self.bars.len()
    }

    fn column(&self, i: usize, range: Range<usize>) -> Values {
        let Some(place) = i.checked_sub(self.bars.columns().len()) else {
            return self.bars.column(i, range);
        };
        let figures = &self.figures[place];
        let cells = range.map(|row| figures[self.page.place(row)].map(in_fifteen_digits));
        Values::Number(cells.collect())
    }
}

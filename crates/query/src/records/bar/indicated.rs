use std::ops::Range;
use std::sync::Arc;

use market::{Indicator, Repaired, Series};
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
    pub fn new(
        series: Arc<Series>,
        page: Page,
        repaired: Vec<Repaired>,
        indicators: &[Indicator],
    ) -> Self {
        let figures = indicators.iter().flat_map(|one| one.over(series.closes())).collect();
        let bars = BarRows::new(series, page, repaired);
        let columns = bars.columns().iter().cloned().chain(figures_of(indicators)).collect();
        Self { bars, page, columns, figures }
    }
}

/// The columns of indicators, beside those of bars.
pub fn figures_of(indicators: &[Indicator]) -> impl Iterator<Item = Column> {
    let named = indicators.iter().flat_map(Indicator::columns);
    named.map(|name| Column::new(name, ColumnKind::Number))
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

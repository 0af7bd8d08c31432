use std::ops::Range;
use std::sync::Arc;

use market::{Bar, Price, Series};

use table::{Column, ColumnKind, Rows, Values};

use crate::page::Page;

/// What is said of each bar.
const COLUMNS: [(&str, ColumnKind); 9] = [
    ("date", ColumnKind::Date),
    ("open_time", ColumnKind::Instant),
    ("open", ColumnKind::Number),
    ("high", ColumnKind::Number),
    ("low", ColumnKind::Number),
    ("close", ColumnKind::Number),
    ("adj_close", ColumnKind::Number),
    ("volume", ColumnKind::Number),
    ("provisional", ColumnKind::Flag),
];

/// The columns of a table of bars.
pub fn columns() -> Vec<Column> {
    COLUMNS.map(|(name, kind)| Column::new(name, kind)).to_vec()
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
        Self { series, page, columns: columns() }
    }

    fn each<T>(&self, range: Range<usize>, value: impl Fn(Bar) -> T) -> Vec<Option<T>> {
        range.map(|row| self.series.get(self.page.place(row)).map(&value)).collect()
    }

    fn prices(&self, range: Range<usize>, price: impl Fn(Bar) -> Option<Price>) -> Values {
        let numbers = self.each(range, |bar| price(bar).map(Price::get));
        Values::Number(numbers.into_iter().map(Option::flatten).collect())
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
        match COLUMNS[i].0 {
            "date" => Values::Date(self.each(range, |bar| bar.date)),
            "open_time" => Values::Instant(self.each(range, |bar| bar.open_time)),
            "open" => self.prices(range, |bar| bar.open),
            "high" => self.prices(range, |bar| bar.high),
            "low" => self.prices(range, |bar| bar.low),
            "close" => self.prices(range, |bar| Some(bar.close)),
            "adj_close" => self.prices(range, |bar| bar.adj_close),
            "volume" => {
                let volumes = self.each(range, |bar| bar.volume);
                Values::Number(volumes.into_iter().map(Option::flatten).collect())
            }
            _ => Values::Flag(self.each(range, |bar| bar.provisional)),
        }
    }
}

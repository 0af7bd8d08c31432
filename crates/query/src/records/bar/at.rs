use std::borrow::Borrow;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Bar, Series};
use table::Field;

use super::of_bar::OfBar;

/// A bar where it stands in its series, so that a column is read without putting
/// each bar together.
pub(crate) struct BarAt<'a> {
    series: &'a Series,
    place: usize,
}

impl<'a> BarAt<'a> {
    pub(super) fn new(series: &'a Series, place: usize) -> Self {
        Self { series, place }
    }

    /// Every bar of a series, oldest first.
    pub(crate) fn all(series: &'a Series) -> impl Iterator<Item = Self> {
        (0..series.len()).map(move |place| Self { series, place })
    }

    /// Its trading date, and the instant it opened where days have several.
    pub(crate) fn key(&self, intraday: bool) -> (Date, Option<Timestamp>) {
        let bar = self.bar();
        let Bar { date, open_time, .. } = bar.borrow();
        (*date, intraday.then_some(*open_time))
    }
}

impl OfBar for BarAt<'_> {
    #[inline]
    fn bar(&self) -> impl Borrow<Bar> {
        self.series.get(self.place).expect("a place lies within its series")
    }
}

impl BarAt<'_> {
    /// The fields that a table of bars has as columns.
    pub(super) const COLUMNS: [Field<Self>; 9] = [
        Self::DATE,
        Self::OPEN_TIME,
        Self::OPEN,
        Self::HIGH,
        Self::LOW,
        Self::CLOSE,
        Self::ADJ_CLOSE,
        Self::VOLUME,
        Self::PROVISIONAL,
    ];
}

use std::borrow::Borrow;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Bar, Repaired, Series};
use table::Field;

use super::of_bar::{OfBar, repaired_by};
use crate::records::vocabulary;

/// A bar where it stands in its series, so that a column is read without putting
/// each bar together.
pub(crate) struct BarAt<'a> {
    series: &'a Series,
    place: usize,
    /// Which bars of the series are another source's.
    repaired: &'a [Repaired],
}

impl<'a> BarAt<'a> {
    pub(super) fn new(series: &'a Series, place: usize, repaired: &'a [Repaired]) -> Self {
        Self { series, place, repaired }
    }

    /// Every bar of a series, oldest first.
    pub(crate) fn all(series: &'a Series) -> impl Iterator<Item = Self> {
        (0..series.len()).map(move |place| Self { series, place, repaired: &[] })
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
    const REPAIRED_BY: Field<Self> = vocabulary::repaired_by(|it: &Self| {
        let date = *it.series.dates().get(it.place)?;
        Some(repaired_by(it.repaired, date)?.as_str().into())
    });

    /// The fields that a table of bars has as columns.
    pub(super) const COLUMNS: [Field<Self>; 10] = [
        Self::DATE,
        Self::OPEN_TIME,
        Self::OPEN,
        Self::HIGH,
        Self::LOW,
        Self::CLOSE,
        Self::ADJ_CLOSE,
        Self::VOLUME,
        Self::PROVISIONAL,
        Self::REPAIRED_BY,
    ];
}

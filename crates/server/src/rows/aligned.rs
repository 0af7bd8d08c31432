use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Bar, Price, Series, Symbol};

use super::Built;

/// Which figure of each bar stands in a table of several series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Open,
    High,
    Low,
    Close,
    Volume,
}

impl Field {
    /// Reads one of the words that the parameter allows.
    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "open" => Self::Open,
            "high" => Self::High,
            "low" => Self::Low,
            "volume" => Self::Volume,
            _ => Self::Close,
        }
    }

    fn of(self, bar: &Bar) -> Option<f64> {
        match self {
            Self::Open => bar.open.map(Price::get),
            Self::High => bar.high.map(Price::get),
            Self::Low => bar.low.map(Price::get),
            Self::Close => Some(bar.close.get()),
            Self::Volume => bar.volume,
        }
    }
}

/// Series side by side: a row for each trading date that any of them has, or
/// each instant within a day, and a column for each series. Where one has no
/// bar its cell is empty; nothing is carried forward.
pub(crate) fn aligned(
    series: &[(Symbol, Option<Series>)],
    field: Field,
    intraday: bool,
    newest_first: bool,
) -> Built {
    let key = |bar: &Bar| (bar.date, intraday.then_some(bar.open_time));
    let bars = series.iter().filter_map(|(_, series)| series.as_ref()).flat_map(Series::bars);
    let mut keys: Vec<Key> = bars.map(|bar| key(&bar)).collect();
    keys.sort_unstable();
    keys.dedup();
    if newest_first {
        keys.reverse();
    }
    let rows = Built::of(keys.len()).date("date", keys.iter().map(|(date, _)| Some(*date)));
    let rows =
        if intraday { rows.instant("open_time", keys.iter().map(|(_, at)| *at)) } else { rows };
    series.iter().fold(rows, |rows, (symbol, series)| {
        let bars = series.iter().flat_map(Series::bars);
        let cells: BTreeMap<Key, Option<f64>> =
            bars.map(|bar| (key(&bar), field.of(&bar))).collect();
        rows.number(symbol.to_string(), keys.iter().map(|key| cells.get(key).copied().flatten()))
    })
}

type Key = (Date, Option<Timestamp>);

use market::{Bar, Price};
use serde::Serialize;

use super::answered::Answered;
use super::single::widened;

/// The figures of bars in columns, as long as the stamps are.
#[derive(Serialize)]
pub(super) struct Indicators {
    quote: [Columns; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    adjclose: Option<[Adjusted; 1]>,
}

/// An empty object where there is no bar.
#[derive(Default, Serialize)]
struct Columns {
    #[serde(skip_serializing_if = "Option::is_none")]
    open: Option<Column>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<Column>,
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<Column>,
    #[serde(skip_serializing_if = "Option::is_none")]
    close: Option<Column>,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume: Option<Vec<Option<u64>>>,
}

#[derive(Serialize)]
struct Adjusted {
    #[serde(skip_serializing_if = "Option::is_none")]
    adjclose: Option<Column>,
}

type Column = Vec<Option<f64>>;

impl Indicators {
    pub(super) fn of(answered: &Answered) -> Self {
        let is_empty = answered.series.is_empty();
        let adjusted = answered.adjusted.as_ref().map(|closes| {
            let column = closes.iter().map(|close| number(answered, *close)).collect();
            [Adjusted { adjclose: (!is_empty).then_some(column) }]
        });
        let quote = if is_empty { Columns::default() } else { Columns::of(answered) };
        Self { quote: [quote], adjclose: adjusted }
    }
}

impl Columns {
    fn of(answered: &Answered) -> Self {
        let column = |price: fn(Bar) -> Option<Price>| {
            Some(answered.series.bars().map(|bar| number(answered, price(bar))).collect())
        };
        Self {
            open: column(|bar| bar.open),
            high: column(|bar| bar.high),
            low: column(|bar| bar.low),
            close: column(|bar| Some(bar.close)),
            volume: Some(answered.series.bars().map(|bar| bar.volume.map(units)).collect()),
        }
    }
}

/// The closes alone.
pub(in crate::yahoo) fn closes(answered: &Answered) -> Column {
    answered.series.closes().iter().map(|close| number(answered, Some(*close))).collect()
}

/// A price in the digits of its own source.
fn number(answered: &Answered, price: Option<Price>) -> Option<f64> {
    let number = price?.get();
    Some(if answered.is_own() { widened(number) } else { number })
}

/// Clients read whole numbers alone. What is counted in parts, such as coins, loses the
/// part of one.
fn units(volume: f64) -> u64 {
    volume as u64
}

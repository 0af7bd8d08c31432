use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use market::{Bar, Interval, Price, SourceError};

use super::number::{price, price_unless_zero};
use super::{instant, unreadable};
use crate::yahoo::wire::{Chart, Column, Columns};

/// Every row with a close, in the order sent. A row without one is a hole and
/// makes no bar.
pub(super) fn bars(
    chart: &Chart,
    interval: Interval,
    zone: &TimeZone,
) -> Result<Vec<Bar>, SourceError> {
    let none = Columns::default();
    let columns = chart.indicators.quote.first().unwrap_or(&none);
    let times = chart.timestamp.as_deref().unwrap_or_default();
    if times.is_empty() && columns.close.as_ref().is_none_or(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let rows = Rows::check(times, columns, chart)?;
    let bars = (0..times.len()).map(|i| rows.bar(i, interval, zone));
    bars.filter_map(Result::transpose).collect()
}

/// Whether there is any row at all, be it a hole.
pub(super) fn has_any(chart: &Chart) -> bool {
    chart.timestamp.as_ref().is_some_and(|times| !times.is_empty())
}

/// Columns known to be as long as the times they belong to.
struct Rows<'a> {
    times: &'a [i64],
    open: &'a [Option<f64>],
    high: &'a [Option<f64>],
    low: &'a [Option<f64>],
    close: &'a [Option<f64>],
    adj_close: &'a [Option<f64>],
    volume: &'a [Option<f64>],
}

impl<'a> Rows<'a> {
    fn check(
        times: &'a [i64],
        columns: &'a Columns,
        chart: &'a Chart,
    ) -> Result<Self, SourceError> {
        let adj_close =
            chart.indicators.adjclose.first().and_then(|column| column.adjclose.as_ref());
        let column = |name: &str, column: Option<&'a Column>| match column {
            Some(column) if column.len() != times.len() => Err(unreadable(&format!(
                "{name} has {} values for {} timestamps",
                column.len(),
                times.len()
            ))),
            column => Ok(column.map_or(&[][..], Vec::as_slice)),
        };
        let close = columns.close.as_ref().ok_or_else(|| unreadable("close is missing"))?;
        Ok(Self {
            times,
            open: column("open", columns.open.as_ref())?,
            high: column("high", columns.high.as_ref())?,
            low: column("low", columns.low.as_ref())?,
            close: column("close", Some(close))?,
            adj_close: column("adjclose", adj_close)?,
            volume: column("volume", columns.volume.as_ref())?,
        })
    }

    fn bar(
        &self,
        i: usize,
        interval: Interval,
        zone: &TimeZone,
    ) -> Result<Option<Bar>, SourceError> {
        let at = |column: &[Option<f64>]| column.get(i).copied().flatten();
        let Some(close) = at(self.close).and_then(price) else { return Ok(None) };
        // Some indexes come with zeros where they have a close alone; a row of
        // nothing but zeros is a hole.
        let [open, high, low] =
            [self.open, self.high, self.low].map(|column| at(column).and_then(price_unless_zero));
        if close.get() == 0.0 && open.is_none() && high.is_none() && low.is_none() {
            return Ok(None);
        }
        let open_time = instant(self.times[i], "timestamp")?;
        let date = trading_date(open_time, interval, zone);
        let adj_close = at(self.adj_close).and_then(price);
        let volume = at(self.volume).filter(|volume| volume.is_finite());
        Ok(Some(bar(open_time, date, [open, high, low, adj_close], close, volume)))
    }
}

fn bar(
    open_time: Timestamp,
    date: Date,
    [open, high, low, adj_close]: [Option<Price>; 4],
    close: Price,
    volume: Option<f64>,
) -> Bar {
    Bar { open_time, date, open, high, low, close, adj_close, volume, provisional: false }
}

/// The date at the exchange, by the tz database. `gmtoffset` in `meta` is the
/// offset of today and would shift dates across changes of summer time.
///
/// Days and longer are stamped with the session's open or midnight. Around some
/// changes of summer time Yahoo is an hour or two early, and the day meant is
/// the next (Brazil, January 2022).
fn trading_date(open_time: Timestamp, interval: Interval, zone: &TimeZone) -> Date {
    let there = open_time.to_zoned(zone.clone());
    let early =
        !interval.is_intraday() && there.hour() >= 22 && there.minute() == 0 && there.second() == 0;
    if early { there.date().saturating_add(1.day()) } else { there.date() }
}

//! What upstreams say that is not so, or is so no longer: bars taken back, actions on
//! another day, stamps that move, half of what they have, prices of another unit.

use jiff::civil::{Date, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Map, Value, json};

/// A way in which a chart differs from the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tale {
    /// It has no bar of that date.
    Withdrawn(Date),
    /// The bar of that date is stamped seven seconds later.
    Restamped(Date),
    /// What happened on the one date, dividends and splits, happened on the other.
    Moved(Date, Date),
    /// Nothing happened on that date.
    Untold(Date),
    /// The later half of the bars is missing.
    Half,
    /// What is paid is counted in another currency.
    PaidIn(&'static str),
    /// The latest price is a hundred times what it is, the rest is not.
    HundredfoldPrice,
    /// All prices are a hundred times what they are.
    Hundredfold,
    /// The prices of the bar of that date are so many thousandths too high.
    OffBy(Date, i16),
    /// The last Sunday's evening session has a bar of its own, stamped at 18:00, in
    /// place of a bar of Monday.
    SundayEvening,
}

const HUNDRED: f64 = 100.0;

impl Tale {
    /// Tells it in each chart of an answer, as at an instant.
    pub(super) fn tell(self, body: &mut Value, now: Timestamp) {
        for pointer in ["/chart/result", "/spark/result"] {
            let Some(all) = body.pointer_mut(pointer).and_then(Value::as_array_mut) else {
                continue;
            };
            for one in all {
                match one.pointer_mut("/response/0") {
                    Some(spark) => self.tell_one(spark, now),
                    None => self.tell_one(one, now),
                }
            }
        }
    }

    fn tell_one(self, chart: &mut Value, now: Timestamp) {
        let zone = zone(chart);
        let is_on = |second: i64, date| date_of(second, &zone) == Some(date);
        match self {
            Self::Withdrawn(date) => keep_rows(chart, |_, second| !is_on(second, date)),
            Self::Half => {
                let rows = stamps(chart).len();
                keep_rows(chart, |row, _| row < rows.div_ceil(2));
            }
            Self::Restamped(date) => {
                for_each_stamp(
                    chart,
                    |second| if is_on(second, date) { second + 7 } else { second },
                );
            }
            Self::Moved(from, to) => change_events(chart, |event| {
                let second = event["date"].as_i64().unwrap_or_default();
                if is_on(second, from) {
                    let days = from.until(to).map_or(0, |span| i64::from(span.get_days()));
                    event["date"] = json!(second + days * 86_400);
                }
                true
            }),
            Self::Untold(date) => {
                change_events(chart, |event| {
                    !is_on(event["date"].as_i64().unwrap_or_default(), date)
                });
            }
            Self::PaidIn(currency) => change_events(chart, |event| {
                if event.get("amount").is_some() {
                    event["currency"] = json!(currency);
                }
                true
            }),
            Self::HundredfoldPrice => times(&mut chart["meta"]["regularMarketPrice"]),
            Self::Hundredfold => hundredfold(chart),
            Self::OffBy(date, thousandths) => {
                let rows: Vec<bool> =
                    stamps(chart).into_iter().map(|second| is_on(second, date)).collect();
                let by = 1.0 + f64::from(thousandths) / 1_000.0;
                for price in prices_in(chart, &rows) {
                    *price = price.as_f64().map_or(Value::Null, |price| json!(price * by));
                }
            }
            Self::SundayEvening => sunday_evening(chart, &zone, now),
        }
    }
}

fn zone(chart: &Value) -> TimeZone {
    let name = chart.pointer("/meta/exchangeTimezoneName").and_then(Value::as_str);
    name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}

fn date_of(second: i64, zone: &TimeZone) -> Option<Date> {
    Some(Timestamp::from_second(second).ok()?.to_zoned(zone.clone()).date())
}

fn stamps(chart: &Value) -> Vec<i64> {
    let stamps = chart["timestamp"].as_array().into_iter().flatten();
    stamps.filter_map(Value::as_i64).collect()
}

fn for_each_stamp(chart: &mut Value, of: impl Fn(i64) -> i64) {
    if chart["timestamp"].is_array() {
        chart["timestamp"] = stamps(chart).into_iter().map(of).collect();
    }
}

/// The columns of a chart, stamps and all.
fn columns(chart: &mut Value) -> Vec<&mut Vec<Value>> {
    let Some(chart) = chart.as_object_mut() else { return Vec::new() };
    let mut found = Vec::new();
    for (name, member) in chart.iter_mut() {
        match name.as_str() {
            "timestamp" => found.extend(member.as_array_mut()),
            "indicators" => found.extend(prices(member)),
            _ => {}
        }
    }
    found
}

fn prices(indicators: &mut Value) -> impl Iterator<Item = &mut Vec<Value>> {
    let groups = indicators.as_object_mut().into_iter().flat_map(Map::values_mut);
    let tables = groups.filter_map(|group| group.pointer_mut("/0")?.as_object_mut());
    tables.flat_map(Map::values_mut).filter_map(Value::as_array_mut)
}

/// The prices of the rows of which that is true.
fn prices_in<'a>(chart: &'a mut Value, rows: &'a [bool]) -> impl Iterator<Item = &'a mut Value> {
    let groups = chart["indicators"].as_object_mut().into_iter().flat_map(Map::values_mut);
    let tables = groups.filter_map(|group| group.pointer_mut("/0")?.as_object_mut());
    let columns = tables.flat_map(Map::iter_mut).filter(|(name, _)| *name != "volume");
    let columns = columns.filter_map(|(_, column)| column.as_array_mut());
    let cells = columns.flat_map(move |column| column.iter_mut().zip(rows));
    cells.filter(|(_, is_wanted)| **is_wanted).map(|(cell, _)| cell)
}

/// Keeps the rows of which that is true, by place and stamp.
fn keep_rows(chart: &mut Value, is_kept: impl Fn(usize, i64) -> bool) {
    let kept: Vec<bool> =
        stamps(chart).into_iter().enumerate().map(|(row, second)| is_kept(row, second)).collect();
    for column in columns(chart) {
        let mut kept = kept.iter();
        column.retain(|_| kept.next().copied().unwrap_or(true));
    }
}

/// Changes dividends and splits; those of which it is false are left out.
fn change_events(chart: &mut Value, change: impl Fn(&mut Value) -> bool) {
    let kinds = chart.get_mut("events").and_then(Value::as_object_mut);
    for kind in kinds.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        kind.retain(|_, event| change(event));
    }
}

fn times(number: &mut Value) {
    if let Some(price) = number.as_f64() {
        *number = json!(price * HUNDRED);
    }
}

fn hundredfold(chart: &mut Value) {
    for name in [
        "regularMarketPrice",
        "regularMarketDayHigh",
        "regularMarketDayLow",
        "chartPreviousClose",
        "previousClose",
        "fiftyTwoWeekHigh",
        "fiftyTwoWeekLow",
    ] {
        if let Some(price) = chart["meta"].get_mut(name) {
            times(price);
        }
    }
    let groups = chart["indicators"].as_object_mut().into_iter().flat_map(Map::values_mut);
    for table in groups.filter_map(|group| group.pointer_mut("/0")?.as_object_mut()) {
        let columns = table.iter_mut().filter(|(name, _)| *name != "volume");
        columns.flat_map(|(_, column)| column.as_array_mut().into_iter().flatten()).for_each(times);
    }
}

/// The last row is that of the evening.
fn sunday_evening(chart: &mut Value, zone: &TimeZone, now: Timestamp) {
    let today = now.to_zoned(zone.clone()).date();
    let back = today.weekday().since(Weekday::Sunday);
    let Ok(sunday) = today.checked_sub(i32::from(back).days()) else { return };
    let Ok(evening) = zone.to_timestamp(sunday.to_datetime(time(18, 0, 0, 0))) else { return };
    keep_rows(chart, |_, second| date_of(second, zone).is_none_or(|date| date < sunday));
    for column in columns(chart) {
        column.extend(column.last().cloned());
    }
    if let Some(stamp) = chart["timestamp"].as_array_mut().and_then(|stamps| stamps.last_mut()) {
        *stamp = json!(evening.as_second());
    }
    chart["meta"]["regularMarketTime"] = json!(now.as_second());
}

//! A second reading of recorded charts, without any code of the service.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use testkit::recordings;

/// Names and contents of a folder's recordings, in the order of their names.
pub(super) fn recordings(folder: &str, ending: &str) -> Option<Vec<(String, Vec<u8>)>> {
    recordings::folder()?;
    Some(recordings::all(folder, ending))
}

/// When each recording was made, as `MANIFEST.tsv` has it: an instant, a date
/// or a month, by the file's path.
pub(super) fn made() -> HashMap<String, String> {
    let manifest =
        std::fs::read_to_string(recordings::folder().unwrap().join("MANIFEST.tsv")).unwrap();
    let cells = manifest.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    cells.map(|cells| (cells[0].to_owned(), cells[5].to_owned())).collect()
}

/// One bar as it is to be served.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) opens: Timestamp,
    pub(super) date: Date,
    pub(super) open: Option<f64>,
    pub(super) high: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) close: f64,
    pub(super) adj_close: Option<f64>,
    pub(super) volume: Option<f64>,
}

impl Row {
    /// Every number by the name of its column.
    pub(super) fn numbers(&self) -> [(&'static str, Option<f64>); 6] {
        [
            ("open", self.open),
            ("high", self.high),
            ("low", self.low),
            ("close", Some(self.close)),
            ("adj_close", self.adj_close),
            ("volume", self.volume),
        ]
    }

    fn times(self, factor: f64) -> Self {
        let scaled = |price: Option<f64>| price.map(|price| price * factor);
        let [open, high, low] = [self.open, self.high, self.low].map(scaled);
        let volume = self.volume.map(|volume| (volume / factor).round());
        Self { open, high, low, close: self.close * factor, volume, ..self }
    }

    /// The prices where the adjusted close is.
    fn moved(self, adjusted: f64) -> Self {
        Self { volume: self.volume, ..self.times(adjusted / self.close) }
    }
}

/// What happened to an instrument, by ex-date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Event {
    Split(f64),
    Dividend(f64),
    CapitalGain(f64),
}

/// A recorded chart.
pub(super) struct Chart {
    pub(super) symbol: String,
    pub(super) interval: String,
    pub(super) currency: Value,
    /// Of rows with a close; the rest are holes.
    pub(super) rows: Vec<Row>,
    pub(super) events: Vec<(Date, Event)>,
    /// Soon after it was made.
    pub(super) now: Timestamp,
}

impl Chart {
    /// Where `made` is no instant it is too coarse to say whether the last bar was
    /// running; then the recording's own latest price tells the time.
    pub(super) fn read(body: &[u8], made: &str) -> Self {
        let document: Value = serde_json::from_slice(body).unwrap();
        let result = &document["chart"]["result"][0];
        let meta = &result["meta"];
        let zone = TimeZone::get(meta["exchangeTimezoneName"].as_str().unwrap()).unwrap();
        Self {
            symbol: meta["symbol"].as_str().unwrap().to_owned(),
            interval: meta["dataGranularity"].as_str().unwrap_or("1d").to_owned(),
            currency: meta["currency"].clone(),
            rows: rows(result, &zone),
            events: events(result, &zone),
            now: made.parse().unwrap_or_else(|_| after_the_latest_price(result, made)),
        }
    }

    /// As traded: a close times all splits from the end of its bar on. Of a bar
    /// in which a split lies, nothing but the close is on one scale.
    pub(super) fn as_traded(&self) -> Vec<Row> {
        self.rows.iter().map(|row| self.row_as_traded(*row)).collect()
    }

    fn row_as_traded(&self, row: Row) -> Row {
        let end = row.date + if self.interval == "1mo" { 1.month() } else { 1.day() };
        let splits = self.events.iter().filter_map(|(date, event)| match event {
            Event::Split(ratio) => Some((*date, *ratio)),
            _ => None,
        });
        let factor = splits.clone().filter(|(date, _)| *date >= end).map(|(_, ratio)| ratio);
        let is_torn = splits.clone().any(|(date, _)| row.date < date && date < end);
        let traded = row.times(factor.product());
        if is_torn {
            Row { open: None, high: None, low: None, volume: None, ..traded }
        } else {
            traded
        }
    }

    /// At the recording's adjusted closes, or at its closes where it states no
    /// adjusted ones and tells of nothing paid.
    pub(super) fn with_payments_taken_out(&self) -> Vec<Row> {
        let states_none = self.rows.iter().all(|row| row.adj_close.is_none());
        assert!(!states_none || self.events.is_empty(), "nothing says what was paid for");
        let moved = |row: &Row| row.adj_close.map(|adjusted| row.moved(adjusted));
        if states_none { self.rows.clone() } else { self.rows.iter().filter_map(moved).collect() }
    }
}

/// A second after the latest price; where nothing says when that was, when the
/// minute of the last row is over.
fn after_the_latest_price(result: &Value, made: &str) -> Timestamp {
    let last = result["timestamp"].as_array().and_then(|times| times.last()?.as_i64());
    let traded = result["meta"]["regularMarketTime"].as_i64();
    let latest = last.max(traded).unwrap() + if traded.is_some() { 1 } else { 60 };
    let day = format!("{made}T00:00:00Z").parse::<Timestamp>().ok();
    day.max(Timestamp::from_second(latest).ok()).unwrap()
}

fn date(seconds: &Value, zone: &TimeZone) -> (Timestamp, Date) {
    let instant = Timestamp::from_second(seconds.as_i64().unwrap()).unwrap();
    (instant, instant.to_zoned(zone.clone()).date())
}

fn rows(result: &Value, zone: &TimeZone) -> Vec<Row> {
    let quote = &result["indicators"]["quote"][0];
    let adjusted = &result["indicators"]["adjclose"][0]["adjclose"];
    // Some indexes have zeros where they have a close alone.
    let price = |name: &str, i: usize| quote[name][i].as_f64().filter(|price| *price != 0.0);
    let row = |(i, time)| {
        let (opens, date) = date(time, zone);
        Some(Row {
            opens,
            date,
            open: price("open", i),
            high: price("high", i),
            low: price("low", i),
            close: quote["close"][i].as_f64()?,
            adj_close: adjusted[i].as_f64(),
            volume: quote["volume"][i].as_f64(),
        })
    };
    result["timestamp"].as_array().into_iter().flatten().enumerate().filter_map(row).collect()
}

fn events(result: &Value, zone: &TimeZone) -> Vec<(Date, Event)> {
    let of = |kind: &str| result["events"][kind].as_object().into_iter().flat_map(|it| it.values());
    let number = |event: &Value, name: &str| event[name].as_f64().unwrap();
    let on = |event: &Value| date(&event["date"], zone).1;
    let dividends = of("dividends").map(|it| (on(it), Event::Dividend(number(it, "amount"))));
    let gains = of("capitalGains").map(|it| (on(it), Event::CapitalGain(number(it, "amount"))));
    let ratio = |it: &Value| Event::Split(number(it, "numerator") / number(it, "denominator"));
    let splits = of("splits").map(|it| (on(it), ratio(it)));
    dividends.chain(gains).chain(splits).collect()
}

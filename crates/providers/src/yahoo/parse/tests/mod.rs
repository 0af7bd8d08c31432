//! Every oddity of the chart endpoint that is known, by name. The fixtures are
//! ours, in the shapes of real answers.

mod beside;
mod dates;
mod elements;
mod live;
mod oddities;
mod quotes;
mod recordings;
mod refusals;
mod searches;
mod sparks;

use jiff::Timestamp;
use market::{Catalog, HistoryQuery, HistoryResult, Instrument, Span};
use serde_json::{Value, json};

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn asked(symbol: &str) -> Instrument {
    Catalog::new().instrument(&symbol.parse().unwrap())
}

/// A chart about Apple: its `meta`, times, columns of one price, and nothing
/// unusual until a test makes it so.
fn chart(times: &[&str], closes: &[Option<f64>]) -> Value {
    let stamps: Vec<i64> = times.iter().map(|time| at(time).as_second()).collect();
    let volumes: Vec<_> = closes.iter().map(|close| close.map(|_| 1000)).collect();
    json!({"chart": {"error": null, "result": [{
        "meta": {
            "currency": "USD", "symbol": "AAPL", "exchangeName": "NMS",
            "fullExchangeName": "NasdaqGS", "instrumentType": "EQUITY",
            "firstTradeDate": -630_946_800, "gmtoffset": -14400,
            "exchangeTimezoneName": "America/New_York", "longName": "Apple Inc.",
            "regularMarketPrice": 269.7, "regularMarketTime": at("2025-10-29T20:00:01Z").as_second(),
            "chartPreviousClose": 211.21, "priceHint": 2,
            "currentTradingPeriod": {
                "pre": period("2025-10-29T08:00:00Z", "2025-10-29T13:30:00Z"),
                "regular": period("2025-10-29T13:30:00Z", "2025-10-29T20:00:00Z"),
                "post": period("2025-10-29T20:00:00Z", "2025-10-30T00:00:00Z"),
            },
        },
        "timestamp": stamps,
        "indicators": {"quote": [{
            "open": closes, "high": closes, "low": closes, "close": closes, "volume": volumes,
        }]},
    }]}})
}

fn period(start: &str, end: &str) -> Value {
    json!({"timezone": "EDT", "start": at(start).as_second(), "end": at(end).as_second()})
}

/// Puts a value somewhere in the result.
fn set(chart: &mut Value, path: &str, value: Value) {
    let (parent, key) = path.rsplit_once('/').unwrap();
    let parent = chart.pointer_mut(&format!("/chart/result/0{parent}")).unwrap();
    parent[key] = value;
}

/// Makes the market be elsewhere: its zone, and its day.
fn trade_in(chart: &mut Value, zone: &str, start: &str, end: &str) {
    set(chart, "/meta/exchangeTimezoneName", json!(zone));
    set(chart, "/meta/currentTradingPeriod", json!({"regular": period(start, end)}));
}

fn traded_at(chart: &mut Value, time: &str) {
    set(chart, "/meta/regularMarketTime", json!(at(time).as_second()));
}

fn reply(status: u16, body: impl Into<Vec<u8>>) -> Reply {
    Reply::of(status, body.into())
}

/// The price in a chart, or whatever is wrong with it.
fn price_in(body: impl Into<Vec<u8>>, now: &str) -> Result<market::Quote, SourceError> {
    quote(&reply(200, body), &asked("AAPL"), at(now))?
}

fn read_at(chart: &Value, interval: Interval, now: &str) -> Result<HistoryResult, SourceError> {
    read_span(chart, interval, Span::Period("1mo".parse().unwrap()), now)
}

fn read_span(
    chart: &Value,
    interval: Interval,
    span: Span,
    now: &str,
) -> Result<HistoryResult, SourceError> {
    let instrument = asked("AAPL");
    let question = HistoryQuery { symbol: instrument.symbol.clone(), interval, span, source: None };
    answer(chart.to_string().as_bytes(), &question, &instrument, at(now))
}

/// Reads it a year later, when nothing is provisional.
fn read(chart: &Value, interval: Interval) -> HistoryResult {
    read_at(chart, interval, "2026-10-29T20:00:00Z").unwrap()
}

/// Dates and closes, as text.
fn closes(answer: &HistoryResult) -> Vec<String> {
    answer.series.bars().map(|bar| format!("{} {}", bar.date, bar.close)).collect()
}

/// Open times and closes, as text.
fn timed(answer: &HistoryResult) -> Vec<String> {
    answer.series.bars().map(|bar| format!("{} {}", bar.open_time, bar.close)).collect()
}

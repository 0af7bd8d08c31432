//! Every recorded chart, against a second reading of the same JSON.

use jiff::tz::TimeZone;
use market::ActionKind;
use testkit::recordings;

use super::*;

/// Recordings whose last row is live, with what must come of it: how many bars,
/// and the open time and close of the last.
const LIVE: [(&str, usize, &str, &str); 9] = [
    ("6309.T.1d.1mo.split-and-dividend", 18, "2025-05-19T00:00:00Z", "1403"),
    ("AAPL.1d.6mo.rec2025-10-29", 127, "2025-10-29T13:30:00Z", "269.7"),
    ("MSFT.1d.6mo.rec2025-10-29", 127, "2025-10-29T13:30:00Z", "541.55"),
    ("AAPL.1h.5d.cut", 7, "2026-10-05T13:30:00Z", "333.7907"),
    ("AAPL.1m.1d.null-bar-live-session", 241, "2021-01-11T18:30:00Z", "129.55"),
    ("AAPL.1mo.5y-dividends", 60, "2024-10-01T04:00:00Z", "227.55"),
    ("AAPL.1mo.5y-splits", 60, "2024-10-01T04:00:00Z", "227.55"),
    ("AAPL.lowercase-symbol.84f457", 7, "2022-09-02T19:30:00Z", "155.81"),
    ("BTC-USD.5m.1d.cut", 6, "2026-10-05T13:55:00Z", "86466.64"),
];

/// Was asked for without times, so that its prices cannot be placed.
const WITHOUT_TIMES: &str = "AAPL.1d.5d.no-timestamps.rec2021-04-23.json";

fn question(result: &Value) -> (HistoryQuery, Instrument) {
    let name: market::Symbol = result["meta"]["symbol"].as_str().unwrap().parse().unwrap();
    let symbol = crate::yahoo::spelling::canonical(&name);
    let interval = result["meta"]["dataGranularity"].as_str().unwrap_or("1d").parse().unwrap();
    let instrument = Catalog::new().instrument(&symbol);
    (
        HistoryQuery { symbol, interval, span: Span::Period(market::Period::Max), source: None },
        instrument,
    )
}

#[test]
fn every_recorded_chart_reads_as_it_is_written() {
    for (name, body) in recordings::all("yahoo/chart", ".json") {
        let document: Value = serde_json::from_slice(&body).unwrap();
        let result = &document["chart"]["result"][0];
        let (question, instrument) = question(result);
        let found = answer(&body, &question, &instrument, at("2030-01-01T00:00:00Z"));
        if name == WITHOUT_TIMES {
            assert!(matches!(found, Err(SourceError::Unreadable(_))), "{name}");
            continue;
        }
        let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
        same_bars(&name, &found, result);
        let first = &result["meta"]["firstTradeDate"];
        let first = first.is_i64().then(|| date(first, &zone(result)));
        assert_eq!(found.instrument.first_trade, first, "{name}");
        same_actions(&name, &found, result);
        let currency = result["meta"]["currency"].as_str();
        assert_eq!(found.series.head.currency.as_ref().map(market::Currency::as_str), currency);
    }
}

fn same_bars(name: &str, found: &HistoryResult, result: &Value) {
    let mut expected = second_reading(result);
    let mut bars: Vec<_> = found.series.bars().collect();
    if let Some((_, count, open_time, close)) =
        LIVE.iter().find(|(file, ..)| name.starts_with(file))
    {
        assert_eq!(bars.len(), *count, "{name}");
        let last = bars.pop().unwrap();
        assert_eq!(
            (last.open_time, last.close.to_string().as_str()),
            (at(open_time), *close),
            "{name}"
        );
        expected.truncate(bars.len());
    }
    assert_eq!(bars.len(), expected.len(), "{name}");
    for (bar, (date, close, adjusted)) in bars.iter().zip(expected) {
        assert_eq!(bar.date, date, "{name}");
        same_price(name, bar.close.get(), close);
        assert_eq!(bar.adj_close.is_some(), adjusted.is_some(), "{name} on {date}");
        if let (Some(found), Some(adjusted)) = (bar.adj_close, adjusted) {
            same_price(name, found.get(), adjusted);
        }
        assert!(!bar.provisional, "{name}");
    }
}

/// The same to more than six significant digits.
fn same_price(name: &str, found: f64, expected: f64) {
    let difference = (found - expected).abs();
    assert!(difference <= 1e-7 * expected.abs(), "{name}: {found} for {expected}");
}

fn zone(result: &Value) -> TimeZone {
    TimeZone::get(result["meta"]["exchangeTimezoneName"].as_str().unwrap()).unwrap()
}

fn date(seconds: &Value, zone: &TimeZone) -> jiff::civil::Date {
    let instant = Timestamp::from_second(seconds.as_i64().unwrap()).unwrap();
    instant.to_zoned(zone.clone()).date()
}

/// Date, close and adjusted close of every row with a close.
fn second_reading(result: &Value) -> Vec<(jiff::civil::Date, f64, Option<f64>)> {
    let none = Vec::new();
    let times = result["timestamp"].as_array().unwrap_or(&none);
    let closes = &result["indicators"]["quote"][0]["close"];
    let adjusted = &result["indicators"]["adjclose"][0]["adjclose"];
    let zone = zone(result);
    let row = |(i, time)| Some((date(time, &zone), closes[i].as_f64()?, adjusted[i].as_f64()));
    times.iter().enumerate().filter_map(row).collect()
}

fn same_actions(name: &str, found: &HistoryResult, result: &Value) {
    let zone = zone(result);
    let mut expected = Vec::new();
    for kind in ["dividends", "splits", "capitalGains"] {
        for event in result["events"][kind].as_object().into_iter().flat_map(|map| map.values()) {
            let number = |field: &str| event[field].as_f64().unwrap();
            let kind = match kind {
                "dividends" => ActionKind::Dividend(number("amount").into()),
                "capitalGains" => ActionKind::CapitalGain(number("amount").into()),
                _ => ActionKind::Split {
                    numerator: number("numerator"),
                    denominator: number("denominator"),
                },
            };
            expected.push((date(&event["date"], &zone), kind));
        }
    }
    let found: Vec<_> =
        found.actions.iter().map(|action| (action.ex_date, action.kind.clone())).collect();
    assert_eq!(found.len(), expected.len(), "{name}");
    assert!(expected.iter().all(|action| found.contains(action)), "{name}: {found:?}");
    assert!(found.is_sorted_by_key(|(date, _)| *date), "{name}");
}

#[test]
fn recorded_refusals_mean_what_they_say() {
    let check = |file: &str, status: u16, expected: &str| {
        let Some(body) = recordings::one(&format!("yahoo/errors/{file}")) else { return };
        let reply = Reply::of(status, body);
        let found = refusal(&reply, &asked("AAPL"), Interval::M5);
        assert_eq!(found.reason(), expected, "{file}");
        assert_eq!(is_truly_empty(&reply), file.contains("BEKE"), "{file}");
    };
    check("chart-422-5m-60days.json", 422, "outside_window");
    check("quote-401-no-crumb.json", 401, "unauthorised");
    check("quote-400-missing-symbols.json", 400, "upstream_failing");
    check("quoteSummary-assetProfile-QQQQ.404.json", 404, "unknown_symbol");
    check("chart-400-BEKE.1d.20200101-20200103.rec2021-11-21.json", 400, "upstream_failing");
}

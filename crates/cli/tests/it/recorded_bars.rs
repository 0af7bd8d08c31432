//! Every recorded chart as `/v1/bars` serves it, beside a second reading of the
//! same file. Where the recordings are absent these tests say so and end.

mod rates;
mod reading;
mod service;

use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use reading::{Chart, Event, Row};
use service::Service;

/// How a recording's live last row is to be served.
#[derive(Clone, Copy)]
enum Live {
    /// As a bar of its own, which opened then.
    Alone(&'static str),
    /// As the latest price of the bar before it.
    Joined,
}

/// Recordings whose last row is stamped with the time of the latest price.
const LIVE: [(&str, Live); 9] = [
    (
        "6309.T.1d.1mo.split-and-dividend-same-day.rec2025-05-19",
        Live::Alone("2025-05-19T00:00:00Z"),
    ),
    ("AAPL.1d.6mo.rec2025-10-29", Live::Alone("2025-10-29T13:30:00Z")),
    ("MSFT.1d.6mo.rec2025-10-29", Live::Alone("2025-10-29T13:30:00Z")),
    // The minute that had just begun is a hole in the row before.
    ("AAPL.1m.1d.null-bar-live-session.rec2021-01-11", Live::Alone("2021-01-11T18:30:00Z")),
    ("AAPL.1h.5d.cut.rec2026-10-05", Live::Joined),
    ("AAPL.lowercase-symbol.84f457.rec2022-09-02", Live::Joined),
    ("AAPL.1mo.5y-dividends.rec2024-10-12", Live::Joined),
    ("AAPL.1mo.5y-splits.rec2024-10-12", Live::Joined),
    ("BTC-USD.5m.1d.cut.rec2026-10-05", Live::Joined),
];

/// What becomes of a recording that is not served as finished bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// Its last bar is provisional, the others are not.
    Running,
    /// An answer without bars.
    Empty,
    /// A problem document, for this reason.
    Refused(&'static str),
}

/// Every recording that is not served as finished bars, and why.
const OTHERWISE: [(&str, Outcome, &str); 16] = [
    (
        "AAPL.1d.5d.no-timestamps.rec2021-04-23",
        Outcome::Refused("unreadable"),
        "asked for without times, so that its prices cannot be placed",
    ),
    ("0700.HK.1d.5d.rec2026-08-07", Outcome::Running, "nothing in it says when trading ends"),
    ("AAPL.1h.5d.cut.rec2026-10-05", Outcome::Running, "made at 9:59, in its first hour"),
    ("AAPL.1m.1d.null-bar-live-session.rec2021-01-11", Outcome::Running, "13 s into a minute"),
    ("AAPL.1mo.5y-dividends.rec2024-10-12", Outcome::Running, "made on the 12th of the month"),
    ("AAPL.1mo.5y-splits.rec2024-10-12", Outcome::Running, "made on the 12th of the month"),
    ("BTC-USD.5m.1d.cut.rec2026-10-05", Outcome::Running, "made at 13:58, before 14:00"),
    (
        "VFINX.3mo.max.capitalGains.rec2025-10-30",
        Outcome::Running,
        "made in the first month of its quarter",
    ),
    ("_SOX.1d.1mo.rec2026-10-05", Outcome::Running, "made at noon, trading ends at 16:00"),
    ("_TNX.5m.1d.rec2026-02-02", Outcome::Running, "made at 13:59, before 14:00"),
    ("AAPL.1h.no-results.rec2021-05-03", Outcome::Empty, "asked without the two instants"),
    ("AAPL.1m.20250201-20250202.rec2025-02-20", Outcome::Empty, "asked about a weekend"),
    ("APS.AX.1d.20200101-20200103.rec2022-05-02", Outcome::Empty, "no rows for the two days asked"),
    ("CAPIO.ST.delisted-YHD-null-currency.rec2024-10-16", Outcome::Empty, "no longer listed"),
    ("TSLA.1h.20211123-20211123.rec2021-11-23", Outcome::Empty, "asked between two equal instants"),
    ("_VXAPL.1d.20200101-20200103.rec2021-11-21", Outcome::Empty, "no rows for the two days asked"),
];

#[tokio::test]
async fn every_recorded_chart_is_served_as_it_was_recorded() {
    let Some(charts) = reading::recordings("yahoo/chart", ".json") else { return };
    let made = reading::made();
    let checks = charts.iter().map(|(file, body)| {
        let chart = Chart::read(body, &made[&format!("yahoo/chart/{file}")]);
        check(file.trim_end_matches(".json"), body, chart)
    });
    // Several at once: most of the time goes into opening stores.
    let bars: Vec<usize> = stream::iter(checks).buffer_unordered(8).collect().await;
    assert_eq!(bars.len(), charts.len());
    let is_there = |name: &str| charts.iter().any(|(file, _)| *file == format!("{name}.json"));
    let listed = LIVE.iter().map(|it| it.0).chain(OTHERWISE.iter().map(|it| it.0));
    let gone: Vec<&str> = listed.filter(|name| !is_there(name)).collect();
    assert!(gone.is_empty(), "listed here and not among the recordings: {gone:?}");
    let rows = bars.iter().sum::<usize>();
    println!("{} recordings of charts with {rows} bars, served thrice and by dates", bars.len());
    for (name, outcome, why) in OTHERWISE {
        println!("{outcome:?}: {name}, {why}");
    }
}

/// How many bars a recording is served with, after all else is found right.
async fn check(name: &str, body: &[u8], mut chart: Chart) -> usize {
    fold(name, &mut chart);
    let service = Service::over(body, chart.now).await;
    let outcome = OTHERWISE.iter().find(|(file, ..)| *file == name).map(|(_, outcome, _)| *outcome);
    if let Some(Outcome::Refused(reason)) = outcome {
        assert_refused(name, &service, &chart, reason).await;
        return 0;
    }
    let is_running = outcome == Some(Outcome::Running);
    assert_eq!(chart.rows.is_empty(), outcome == Some(Outcome::Empty), "{name}");
    let splits = bars(name, &service, &chart, &target(&chart, "splits")).await;
    assert_same(name, &splits, &chart.rows, is_running, same);
    let none = bars(name, &service, &chart, &target(&chart, "none")).await;
    assert_same(name, &none, &chart.as_traded(), is_running, near);
    let all = bars(name, &service, &chart, &target(&chart, "all")).await;
    assert_same(name, &all, &chart.with_payments_taken_out(), is_running, near);
    assert_closes_at(name, &all, &chart);
    assert_asked_once(name, &service, &chart);
    assert_served_by_dates(name, body, &chart, &splits).await;
    splits.len()
}

/// The recording's live row as it is to be served.
fn fold(name: &str, chart: &mut Chart) {
    let Some((_, live)) = LIVE.iter().find(|(file, _)| *file == name) else { return };
    let last = chart.rows.pop().unwrap();
    match live {
        Live::Alone(opens) => chart.rows.push(Row { opens: opens.parse().unwrap(), ..last }),
        Live::Joined => {
            let running = chart.rows.last_mut().unwrap();
            running.high = running.high.zip(last.high).map(|(was, is)| was.max(is));
            running.low = running.low.zip(last.low).map(|(was, is)| was.min(is));
            (running.close, running.adj_close) = (last.close, last.adj_close);
        }
    }
}

/// Asks for as much as there can be in the recording's interval.
fn target(chart: &Chart, adjust: &str) -> String {
    let period = match chart.interval.as_str() {
        "1m" => "7d",
        "5m" | "30m" => "60d",
        "1h" => "2y",
        _ => "max",
    };
    format!("bars/{}?interval={}&period={period}&adjust={adjust}", path(chart), chart.interval)
}

fn path(chart: &Chart) -> String {
    chart.symbol.replace('^', "%5E")
}

async fn bars(name: &str, service: &Service, chart: &Chart, target: &str) -> Vec<Value> {
    let (status, answer) = service.get(target).await;
    assert_eq!(status, 200, "{name} {target}: {answer}");
    assert_eq!(
        (&answer["source"], &answer["currency"]),
        (&json!("yahoo"), &chart.currency),
        "{name}"
    );
    answer["bars"].as_array().unwrap().clone()
}

async fn assert_refused(name: &str, service: &Service, chart: &Chart, reason: &str) {
    for adjust in ["splits", "none", "all"] {
        let (status, problem) = service.get(&target(chart, adjust)).await;
        assert_eq!((status, &problem["reason"]), (503, &json!(reason)), "{name} {adjust}");
    }
}

fn assert_same(
    name: &str,
    bars: &[Value],
    expected: &[Row],
    is_running: bool,
    agree: fn(f64, f64) -> bool,
) {
    assert_eq!(bars.len(), expected.len(), "{name}");
    for (i, (bar, row)) in bars.iter().zip(expected).enumerate() {
        let opens: Timestamp = bar["open_time"].as_str().unwrap().parse().unwrap();
        assert_eq!((opens, &bar["date"]), (row.opens, &json!(row.date)), "{name}");
        assert_eq!(bar["provisional"], is_running && i + 1 == bars.len(), "{name}: {bar}");
        for (column, number) in row.numbers() {
            let agrees = match (bar[column].as_f64(), number) {
                (Some(found), Some(number)) => agree(found, number),
                (found, number) => found.is_none() && number.is_none(),
            };
            assert!(agrees, "{name} {column}: {bar} for {row:?}");
        }
    }
}

/// The same number, or a shorter decimal of the same single-precision number.
#[expect(clippy::float_cmp, reason = "digits are to survive as published")]
fn same(found: f64, recorded: f64) -> bool {
    found == recorded || f64::from(found as f32) == recorded
}

/// The same to more than six digits, where it had to be computed.
fn near(found: f64, computed: f64) -> bool {
    (found - computed).abs() <= 2e-7 * computed.abs()
}

/// Where payments are taken out a close is the recording's adjusted one, digit
/// for digit.
fn assert_closes_at(name: &str, all: &[Value], chart: &Chart) {
    let adjusted = chart.rows.iter().filter_map(|row| row.adj_close);
    for (bar, adjusted) in all.iter().zip(adjusted) {
        assert!(same(bar["close"].as_f64().unwrap(), adjusted), "{name}: {bar} for {adjusted}");
    }
}

/// Three adjustments are one question, about this instrument and interval.
fn assert_asked_once(name: &str, service: &Service, chart: &Chart) {
    let asked = service.asked();
    assert_eq!(asked.len(), 1, "{name}: {asked:?}");
    assert!(asked[0].starts_with(&format!("/v8/finance/chart/{}?", path(chart))), "{asked:?}");
    assert!(asked[0].contains(&format!("interval={}&", chart.interval)), "{asked:?}");
}

/// The same bars, asked for by the dates of the first and the last.
async fn assert_served_by_dates(name: &str, body: &[u8], chart: &Chart, expected: &[Value]) {
    let Some((first, last)) = chart.rows.first().zip(chart.rows.last()) else { return };
    let service = Service::over(body, chart.now).await;
    let (symbol, interval, from, to) = (path(chart), &chart.interval, first.date, last.date);
    let target = format!("bars/{symbol}?interval={interval}&from={from}&to={to}");
    assert_eq!(bars(name, &service, chart, &target).await, expected, "{name}");
}

#[tokio::test]
async fn without_the_splits_since_then_no_price_passes_for_one_as_traded() {
    let Some(charts) = reading::recordings("yahoo/chart", ".json") else { return };
    let made = reading::made();
    // Two days of 2020, before a split of that year which is not among their events.
    let mut before_the_split =
        charts.iter().filter(|(file, _)| file.starts_with("AAPL.1d.20200101-20200103.")).peekable();
    assert!(before_the_split.peek().is_some(), "no such recording");
    for (file, body) in before_the_split {
        let chart = Chart::read(body, &made[&format!("yahoo/chart/{file}")]);
        let service = Service::over(body, chart.now).await;
        let target = "bars/AAPL?from=2020-01-01&to=2020-01-03";
        assert_same(file, &bars(file, &service, &chart, target).await, &chart.rows, false, same);
        let (status, answer) = service.get(&format!("{target}&adjust=none")).await;
        assert_eq!(status, 503, "{file}: {answer}");
    }
}

#[tokio::test]
async fn recorded_events_are_the_actions_served() {
    let Some(charts) = reading::recordings("yahoo/chart", ".json") else { return };
    let made = reading::made();
    let mut checked = 0;
    for (file, body) in &charts {
        let chart = Chart::read(body, &made[&format!("yahoo/chart/{file}")]);
        // All actions are asked for with quarterly bars.
        if chart.interval != "3mo" {
            continue;
        }
        let service = Service::over(body, chart.now).await;
        let (status, answer) = service.get(&format!("actions/{}", path(&chart))).await;
        assert_eq!(status, 200, "{file}: {answer}");
        let mut found: Vec<_> = answer["actions"].as_array().unwrap().iter().map(told).collect();
        let mut expected: Vec<_> = chart.events.iter().map(recorded).collect();
        found.sort_by(|one, other| one.0.cmp(&other.0));
        expected.sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(found.len(), expected.len(), "{file}");
        for (found, expected) in found.iter().zip(&expected) {
            let is_same = found.0 == expected.0 && same(found.1, expected.1);
            assert!(is_same, "{file}: {found:?} for {expected:?}");
        }
        checked += 1;
    }
    assert!(checked > 0, "no recording has quarterly bars");
}

/// Ex-date and kind of an action, and its amount.
fn told(action: &Value) -> ((String, String), f64) {
    let text = |key: &str| action[key].as_str().unwrap().to_owned();
    ((text("ex_date"), text("kind")), action["amount"].as_f64().unwrap())
}

fn recorded((date, event): &(Date, Event)) -> ((String, String), f64) {
    let (kind, amount) = match *event {
        Event::Dividend(amount) => ("dividend", amount),
        Event::CapitalGain(amount) => ("capital_gain", amount),
        Event::Split(_) => unreachable!("a split has terms and no amount"),
    };
    ((date.to_string(), kind.to_owned()), amount)
}

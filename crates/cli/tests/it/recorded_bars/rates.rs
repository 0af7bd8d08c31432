//! The recorded files of the sources that have closes alone.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

use super::reading::{made, recordings};
use super::service::Service;

type Closes = BTreeMap<Date, f64>;

async fn assert_served(service: &Service, target: &str, expected: &Closes) {
    let (status, answer) = service.get(target).await;
    assert_eq!(status, 200, "{target}: {answer}");
    let row = |bar: &Value| {
        for lacking in ["open", "high", "low", "adj_close", "volume"] {
            assert_eq!(bar[lacking], Value::Null, "{target}");
        }
        (bar["date"].as_str().unwrap().parse().unwrap(), bar["close"].as_f64().unwrap())
    };
    let found: Vec<(Date, f64)> = answer["bars"].as_array().unwrap().iter().map(row).collect();
    let expected: Vec<_> = expected.iter().map(|(date, close)| (*date, *close)).collect();
    assert_eq!(found, expected, "{target}");
}

/// The last price of each day in UTC; one stamped at midnight ends the day before.
fn closes_of_days(body: &[u8]) -> Closes {
    let chart: Value = serde_json::from_slice(body).unwrap();
    let point = |point: &Value| (point[0].as_i64().unwrap(), point[1].as_f64().unwrap());
    let mut points: Vec<_> = chart["prices"].as_array().unwrap().iter().map(point).collect();
    points.sort_by_key(|(at, _)| *at);
    let day = |at: i64| {
        let just_before = Timestamp::from_millisecond(at - 1).unwrap();
        just_before.to_zoned(jiff::tz::TimeZone::UTC).date()
    };
    points.into_iter().map(|(at, price)| (day(at), price)).collect()
}

#[tokio::test]
async fn recorded_samples_are_served_as_the_closes_of_their_days() {
    let Some(charts) = recordings("coingecko/market-chart", ".json") else { return };
    let made = made();
    for (name, body) in &charts {
        let now = made[&format!("coingecko/market-chart/{name}")].parse().unwrap();
        let service = Service::over(body, now).await;
        let closes = closes_of_days(body);
        let (first, last) = (closes.keys().next().unwrap(), closes.keys().last().unwrap());
        let stretch = format!("bars/BTC_USD?source=coingecko&from={first}&to={last}");
        for adjust in ["splits", "none", "all"] {
            assert_served(&service, &format!("{stretch}&adjust={adjust}"), &closes).await;
        }
        let (_, answer) = service.get(&stretch).await;
        let running =
            answer["bars"].as_array().unwrap().iter().filter(|bar| bar["provisional"] == true);
        assert_eq!(running.count(), 1, "{name}: today is not over");
        assert_eq!(answer["bars"][closes.len() - 1]["provisional"], true, "{name}");
        assert_eq!(service.asked().len(), 1, "{name}: {:?}", service.asked());
        println!("{name}: {} days", closes.len());
    }
    println!("{} recordings of samples", charts.len());
}

/// Rates by currency, from the table of all days: newest first, `N/A` for none.
fn columns(table: &str) -> BTreeMap<&str, Closes> {
    let mut rows = table.lines().map(|line| line.split(','));
    let codes: Vec<&str> = rows.next().unwrap().collect();
    let mut found: BTreeMap<&str, Closes> = BTreeMap::new();
    for mut row in rows {
        let date: Date = row.next().unwrap().parse().unwrap();
        for (code, cell) in codes[1..].iter().zip(row) {
            if let Ok(rate) = cell.parse() {
                found.entry(code).or_default().insert(date, rate);
            }
        }
    }
    found
}

/// Currencies asked for as far back as there are rates; the others for their last
/// two years, which is where they end. The krona has none for nine years between.
const WHOLE: [&str; 2] = ["USD", "ISK"];

#[tokio::test]
async fn the_recorded_table_is_served_in_every_currency_with_its_holes() {
    let Some(tables) = recordings("ecb/eurofxref-hist-csv", ".csv") else { return };
    for (name, body) in &tables {
        let columns = columns(std::str::from_utf8(body).unwrap());
        let newest = *columns["USD"].keys().last().unwrap();
        let service = Service::over(body, afternoon(newest)).await;
        for (code, closes) in &columns {
            let last = *closes.keys().last().unwrap();
            let whole = WHOLE.contains(code);
            let first = if whole { *closes.keys().next().unwrap() } else { last - 2.years() };
            assert_stretch_served(&service, code, closes, first, newest).await;
        }
        assert_eq!(service.asked().len(), 1, "one file serves all: {:?}", service.asked());
        println!("{name}: {} currencies", columns.len());
    }
}

/// After the rates of a day are published.
fn afternoon(day: Date) -> Timestamp {
    format!("{day}T15:00:00Z").parse().unwrap()
}

async fn assert_stretch_served(
    service: &Service,
    code: &str,
    closes: &Closes,
    from: Date,
    to: Date,
) {
    let target = format!("bars/EUR%2F{code}?source=ecb&from={from}&to={to}");
    let expected = closes.range(from..=to).map(|(date, rate)| (*date, *rate)).collect();
    assert_served(service, &target, &expected).await;
}

#[tokio::test]
async fn a_currency_has_no_rates_after_its_end() {
    let Some(tables) = recordings("ecb/eurofxref-hist-csv", ".csv") else { return };
    for (_, body) in &tables {
        let columns = columns(std::str::from_utf8(body).unwrap());
        let service = Service::over(body, "2026-04-13T15:00:00Z".parse().unwrap()).await;
        for (code, last) in [("RUB", "2022-03-01"), ("HRK", "2022-12-30"), ("BGN", "2025-12-31")] {
            let last: Date = last.parse().unwrap();
            assert_eq!(columns[code].keys().last(), Some(&last), "{code}");
            let target = format!("bars/EUR%2F{code}?source=ecb&from={last}&to=2026-04-13");
            let expected = Closes::from([(last, columns[code][&last])]);
            assert_served(&service, &target, &expected).await;
            let long_after = format!("bars/EUR%2F{code}?source=ecb&from=2026-02-02&to=2026-04-13");
            assert_served(&service, &long_after, &Closes::new()).await;
        }
    }
}

/// Rates by currency, from a file of 90 days.
fn cubes(xml: &str) -> BTreeMap<&str, Closes> {
    let mut found: BTreeMap<&str, Closes> = BTreeMap::new();
    for day in xml.split("<Cube time=\"").skip(1) {
        let date: Date = day[..10].parse().unwrap();
        for cube in day.split("<Cube currency=\"").skip(1) {
            let mut quoted = cube.split('"');
            let (code, rate) = (quoted.next().unwrap(), quoted.nth(1).unwrap());
            found.entry(code).or_default().insert(date, rate.parse().unwrap());
        }
    }
    found
}

/// The file of 90 days is asked for what lies less than 86 days back.
const SURELY_IN_IT: i32 = 85;

#[tokio::test]
async fn the_recorded_files_of_ninety_days_are_served_in_every_currency() {
    let Some(files) = recordings("ecb/eurofxref-hist-90d", ".xml") else { return };
    for (name, body) in &files {
        let columns = cubes(std::str::from_utf8(body).unwrap());
        let last = *columns["USD"].keys().last().unwrap();
        let first = last - SURELY_IN_IT.days();
        let service = Service::over(body, afternoon(last)).await;
        for (code, closes) in &columns {
            assert_stretch_served(&service, code, closes, first, last).await;
        }
        assert_eq!(service.asked().len(), 1, "one file serves all: {:?}", service.asked());
        println!("{name}: {} currencies from {first} to {last}", columns.len());
    }
}

#[tokio::test]
async fn a_page_in_place_of_rates_is_refused() {
    let Some(pages) = recordings("ecb/errors", ".xml") else { return };
    for (name, body) in &pages {
        let service = Service::over(body, "2020-01-02T15:00:00Z".parse().unwrap()).await;
        for period in ["1mo", "max"] {
            let target = format!("bars/EUR_USD?source=ecb&period={period}");
            let (status, problem) = service.get(&target).await;
            assert_eq!(
                (status, &problem["reason"]),
                (503, &"unreadable".into()),
                "{name} {period}"
            );
        }
    }
}

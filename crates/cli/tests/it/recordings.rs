//! Over recorded answers of the real upstreams, where there are any.

mod replay;

use std::path::Path;

use serde_json::Value;
use testkit::{Service, recordings, until};

use crate::service::serve;
use replay::Replay;

fn service(replay: &Replay, environment: &str, data: &Path) -> Service {
    let mut settings = replay.settings();
    settings.push(("APP_ENV".to_owned(), environment.to_owned()));
    serve(data, &settings)
}

/// Dates and closes of a chart recording, read without any code of ours:
/// Yahoo's single-precision closes are compared within their precision.
fn recorded(file: &str) -> Vec<(String, f64)> {
    let text = recordings::one(&format!("yahoo/chart/{file}")).unwrap();
    let body: Value = serde_json::from_slice(&text).unwrap();
    let result = &body["chart"]["result"][0];
    let closes = result["indicators"]["quote"][0]["close"].as_array().unwrap();
    let times = result["timestamp"].as_array().unwrap();
    let zone =
        jiff::tz::TimeZone::get(result["meta"]["exchangeTimezoneName"].as_str().unwrap()).unwrap();
    let date = |time: &Value| {
        let instant = jiff::Timestamp::from_second(time.as_i64().unwrap()).unwrap();
        instant.to_zoned(zone.clone()).date().to_string()
    };
    let bar = |(time, close): (&Value, &Value)| Some((date(time), close.as_f64()?));
    times.iter().zip(closes).filter_map(bar).collect()
}

fn assert_equals_recording(history: &Value, file: &str) {
    let rows = history["history"].as_array().unwrap();
    let expected = recorded(file);
    assert_eq!(rows.len(), expected.len(), "{file}");
    for (row, (date, close)) in rows.iter().zip(expected) {
        assert_eq!(row["date"].as_str().unwrap(), date, "{file}");
        let found = row["close"].as_f64().unwrap();
        assert!((found - close).abs() <= close.abs() * 1e-7, "{file} {date}: {found} for {close}");
    }
}

const MAX: &str = "AAPL.1d.20200101-20210104.rec2021-11-13.json";
const SIX_MONTHS: &str = "AAPL.1d.6mo.rec2025-10-29.json";

#[test]
fn latest_says_of_each_price_its_source_and_its_age() {
    let Some(replay) = Replay::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let latest = service(&replay, "production", data.path()).get("/marketpulse/latest").json();
    assert_eq!(latest["data"]["EUR/USD"], 1.1446);
    assert_eq!(latest["data"]["BTC/EUR"], 53953);
    assert_eq!(latest["data"]["CAC40"], Value::Null);
    let quotes = &latest["quotes"];
    assert_eq!(quotes["EUR/USD"]["source"], "yahoo");
    assert_eq!(quotes["EUR/USD"]["as_of"], "2021-11-12T22:29:56Z");
    assert_eq!(quotes["BTC/EUR"]["source"], "coingecko");
    for label in ["EUR/USD", "BTC/EUR"] {
        assert_eq!(quotes[label]["freshness"], "stale", "{label} is years old");
    }
    assert_eq!(quotes["CAC40"]["freshness"], "missing");
    assert_eq!(quotes["CAC40"]["reason"], "unknown_symbol");
}

#[test]
fn what_nobody_recorded_is_simulated_in_development_and_says_so() {
    let Some(replay) = Replay::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let service = service(&replay, "development", data.path());
    let latest = until("the simulator stands in", || {
        Some(service.get("/marketpulse/latest").json()).filter(|l| l["data"]["CAC40"].is_number())
    });
    assert_eq!(latest["quotes"]["CAC40"]["simulated"], true);
    assert_eq!(latest["quotes"]["CAC40"]["freshness"], "simulated");
    assert_eq!(latest["quotes"]["EUR/USD"]["simulated"], false);
}

#[test]
fn history_equals_the_recordings_and_outlives_upstream_and_restart() {
    let Some(replay) = Replay::start() else { return };
    let data = tempfile::tempdir().unwrap();
    let service = service(&replay, "production", data.path());
    let ask = |service: &Service, period: &str| {
        service.get(&format!("/marketpulse/history?symbol=AAPL&period={period}")).json()
    };
    let max = ask(&service, "max");
    assert_equals_recording(&max, MAX);
    let six_months = ask(&service, "6mo");
    assert_equals_recording(&six_months, SIX_MONTHS);
    let rows = six_months["history"].as_array().unwrap();
    let live = rows.iter().filter(|row| row["date"] == "2025-10-29").count();
    assert_eq!(live, 1, "the live bar stands once, on its trading date");

    let calls = replay.calls_for("AAPL");
    assert_eq!(ask(&service, "max")["history"], max["history"]);
    assert_eq!(ask(&service, "6mo")["history"], six_months["history"]);
    assert_eq!(replay.calls_for("AAPL"), calls, "the same question makes no further call");

    let settings = replay.settings();
    assert!(service.stop().success());
    drop(replay);
    let again = serve(data.path(), &settings);
    assert_eq!(ask(&again, "max")["history"], max["history"]);
    assert_eq!(ask(&again, "6mo")["history"], six_months["history"]);
    assert_eq!(again.get("/marketpulse/latest").json()["data"]["BTC/EUR"], 53953);
}

//! Our answers next to recorded real ones: the same keys, the same types.

use std::collections::BTreeSet;

use serde_json::Value;
use testkit::recordings;

use crate::client::{json, upstream};

/// The recording of that name, where there are recordings.
fn recording(name: &str) -> Option<Value> {
    recordings::one(name).map(|body| serde_json::from_slice(&body).unwrap())
}

/// Every place in an answer as a path with the type found there; items of a
/// list count as one, keys that are instants too.
fn shape(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let is_instant = key.parse::<i64>().is_ok();
                let key = if is_instant { "<instant>" } else { key.as_str() };
                shape(inner, &format!("{path}.{key}"), found);
            }
        }
        Value::Array(items) => {
            for item in items {
                shape(item, &format!("{path}[]"), found);
            }
        }
        Value::Null => {}
        Value::String(_) => drop(found.insert(format!("{path}: text"))),
        Value::Number(_) => drop(found.insert(format!("{path}: number"))),
        Value::Bool(_) => drop(found.insert(format!("{path}: bool"))),
    }
}

/// Every place of the recording is in our answer, but for those listed.
async fn check(name: &str, target: &str, not_ours: &[&str]) {
    let Some(recorded) = recording(name) else { return };
    let upstream = upstream("2026-11-20T15:30:17Z").await;
    let (_, ours) = json(&upstream, target).await;
    let (mut theirs, mut made) = (BTreeSet::new(), BTreeSet::new());
    shape(&recorded, "", &mut theirs);
    shape(&ours, "", &mut made);
    let expected = |place: &&String| !not_ours.iter().any(|part| place.contains(part));
    let missing: Vec<_> = theirs.difference(&made).filter(expected).collect();
    assert!(missing.is_empty(), "{target} lacks {missing:#?}");
}

#[tokio::test]
async fn charts_have_every_key_of_recorded_ones() {
    let daily = "yahoo/chart/AAPL.1d.6mo.rec2025-10-29.json";
    check(daily, "/v8/finance/chart/AAPL?range=6mo&interval=1d&events=div|split", &[]).await;
    let split = "yahoo/chart/AAPL.1d.20200831-20201107.rec2025-02-20.json";
    let since =
        "/v8/finance/chart/AAPL?period1=1598832000&period2=1604707200&interval=1d&events=div|split";
    check(split, since, &[]).await;
    let minutes = "yahoo/chart/AAPL.1m.1d.null-bar-live-session.rec2021-01-11.json";
    check(minutes, "/v8/finance/chart/AAPL?range=1d&interval=1m", &[]).await;
    let empty = "yahoo/chart/AAPL.1m.20250201-20250202.rec2025-02-20.json";
    check(empty, "/v8/finance/chart/AAPL?period1=1794700800&period2=1794787200&interval=1m", &[])
        .await;
}

#[tokio::test]
async fn searches_have_the_recorded_shape() {
    let target = "/v1/finance/search?q=apple&quotesCount=20&newsCount=0";
    // What is there besides quotes, and the line of business of a company.
    let not_ours = [".news", ".timeTaken", ".sector", ".industry", ".dispSecInd", ".screenerField"];
    check("yahoo/search/apple.rec2025-10.json", target, &not_ours).await;
}

#[tokio::test]
async fn refusals_have_the_recorded_shape() {
    let target = "/v8/finance/chart/AAPL?range=1y&interval=5m";
    check("yahoo/errors/chart-422-5m-60days.json", target, &[]).await;
    let missing = "yahoo/errors/search-400-missing-q.rec2021-01-23.json";
    check(missing, "/v1/finance/search", &[]).await;
    let target = "/api/v3/coins/bitcoin/market_chart?vs_currency=eur&days=366";
    check("coingecko/errors/401-range-365-days.10012.json", target, &[]).await;
    check("open-er-api/errors/unsupported-code.json", "/v6/latest/ZZZ", &[]).await;
}

#[tokio::test]
async fn spark_and_the_other_sources_have_the_recorded_shape() {
    let target = "/v7/finance/spark?symbols=AAPL&range=5d&interval=1d";
    check("yahoo/spark/AAPL.1d.5d.v7.rec2021-05-03.json", target, &[]).await;
    // We do not make up a rate for every currency there is.
    check("open-er-api/latest/EUR.rec2025-08-13.json", "/v6/latest/EUR", &[".rates."]).await;
    let chart = "coingecko/market-chart/coins-bitcoin-market_chart.days_1_vs_currency_usd.rec2021-05-15.json";
    let target = "/api/v3/coins/bitcoin/market_chart?vs_currency=usd&days=1";
    check(chart, target, &[]).await;
}

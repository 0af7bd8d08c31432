use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use simulator::{Interval, Stream, Upstream};

use super::client::Client;
use crate::client::{upstream, utc};

const NOW: &str = "2026-11-20T10:30:17Z";

/// An open stream, its greeting read.
async fn open(upstream: &Upstream) -> Client {
    let mut client = Client::open(&upstream.kraken_url()).await;
    let status = client.news().await;
    let head = (&status["channel"], &status["data"][0]["system"]);
    assert_eq!(head, (&json!("status"), &json!("online")));
    client
}

async fn order(client: &mut Client, method: &str, pairs: &[&str]) {
    let params = json!({ "channel": "ticker", "symbol": pairs });
    client.say(&json!({ "method": method, "params": params }).to_string()).await;
}

#[tokio::test]
async fn who_subscribes_is_told_so_and_the_price_and_then_each_tick() {
    let upstream = upstream(NOW).await;
    let mut client = open(&upstream).await;
    order(&mut client, "subscribe", &["BTC/EUR"]).await;
    let acknowledged = client.news().await;
    assert_eq!(acknowledged["success"], true);
    assert_eq!(acknowledged["result"]["symbol"], "BTC/EUR");
    let snapshot = client.news().await;
    assert_eq!(snapshot["type"], "snapshot");
    let stream = Stream { source: "kraken", symbols: vec!["BTC-EUR".to_owned()] };
    assert_eq!(upstream.streams(), [stream]);
    let later = utc(NOW) + SignedDuration::from_secs(1);
    upstream.set_now(later);
    let update = client.news().await;
    assert_eq!(update["type"], "update");
    for (message, at) in [(snapshot, utc(NOW)), (update, later)] {
        let ticker = &message["data"][0];
        assert_eq!((&message["channel"], &ticker["symbol"]), (&json!("ticker"), &json!("BTC/EUR")));
        assert_eq!(ticker["last"], upstream.market().price("BTC-EUR", at));
        assert_eq!(ticker["timestamp"].as_str().unwrap().parse::<Timestamp>().unwrap(), at);
    }
    assert_eq!(upstream.requests_to("/v2"), 1);
}

#[tokio::test]
async fn volume_and_extremes_are_those_of_a_day_and_not_since_midnight() {
    let upstream = upstream("2026-11-20T00:00:05Z").await;
    let mut client = open(&upstream).await;
    order(&mut client, "subscribe", &["BTC/EUR"]).await;
    let (_, snapshot) = (client.news().await, client.news().await);
    let ticker = snapshot["data"][0].clone();
    let number = |key: &str| ticker[key].as_f64().unwrap();
    let (from, now) = (utc("2026-11-19T00:00Z"), utc("2026-11-20T00:00:05Z"));
    let hours = upstream.market().bars("BTC-EUR", Interval::H1, from, now, now);
    let a_day: u64 = hours[1..].iter().map(|bar| bar.volume).sum();
    let high = hours[1..].iter().map(|bar| bar.high).fold(f64::MIN, f64::max);
    let low = hours[1..].iter().map(|bar| bar.low).fold(f64::MAX, f64::min);
    let expected = (json!(a_day as f64), json!(high), json!(low));
    assert_eq!((ticker["volume"].clone(), ticker["high"].clone(), ticker["low"].clone()), expected);
    assert_eq!(ticker["change"], json!(number("last") - hours[1].open));
    assert!(number("low") <= number("vwap") && number("vwap") <= number("high"));
    assert!(number("bid") < number("ask"));
    upstream.push_price("BTC-EUR", 1_000_000.0);
    let pushed = client.news().await;
    assert_eq!(pushed["data"][0]["high"], 1_000_000.0);
}

#[tokio::test]
async fn pairs_that_are_not_traded_are_refused_one_by_one() {
    let upstream = upstream(NOW).await;
    upstream.unknown("ETH-EUR");
    let mut client = open(&upstream).await;
    order(&mut client, "subscribe", &["CAC/40", "ETH/EUR", "BTC-EUR", "SOL/USD"]).await;
    for pair in ["CAC/40", "ETH/EUR", "BTC-EUR"] {
        let refusal = client.news().await;
        assert_eq!((&refusal["success"], &refusal["symbol"]), (&json!(false), &json!(pair)));
        assert_eq!(refusal["error"], format!("Currency pair not supported {pair}"));
    }
    assert_eq!(client.news().await["success"], true);
    assert_eq!(upstream.streams()[0].symbols, ["SOL-USD"]);
}

#[tokio::test]
async fn who_unsubscribes_hears_of_it_and_no_more() {
    let upstream = upstream(NOW).await;
    let mut client = open(&upstream).await;
    order(&mut client, "subscribe", &["BTC/EUR", "ETH/EUR"]).await;
    order(&mut client, "unsubscribe", &["BTC/EUR"]).await;
    let mut methods = Vec::new();
    while methods.last() != Some(&json!("unsubscribe")) {
        methods.push(client.news().await["method"].clone());
    }
    upstream.set_now(utc(NOW) + SignedDuration::from_secs(2));
    for _ in 0..2 {
        assert_eq!(client.news().await["data"][0]["symbol"], "ETH/EUR");
    }
    assert_eq!(upstream.streams()[0].symbols, ["ETH-EUR"]);
}

#[tokio::test]
async fn a_heart_beats_though_the_clock_stands() {
    let upstream = upstream(NOW).await;
    let mut client = open(&upstream).await;
    assert_eq!(client.json().await, json!({ "channel": "heartbeat" }));
}

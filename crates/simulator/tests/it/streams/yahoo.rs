use serde_json::Value;
use simulator::{Stream, Upstream};

use super::client::{Client, Pricing};
use crate::client::{json, upstream, utc};

/// A Friday in Paris, before the open in New York.
const NOW: &str = "2026-11-20T10:30:17Z";

/// The upstream's clock, so many seconds after [`NOW`].
fn after(seconds: i64) -> jiff::Timestamp {
    utc(NOW) + jiff::SignedDuration::from_secs(seconds)
}

/// What comes before a price pushed by hand.
async fn all_before_the_push(client: &mut Client, upstream: &Upstream) -> Vec<Pricing> {
    upstream.push_price("MARK", 1.0);
    let mut found = Vec::new();
    loop {
        match client.pricing().await {
            Pricing { price: 1.0, .. } => return found,
            Pricing { id, .. } if id == "MARK" => {}
            pricing => found.push(pricing),
        }
    }
}

#[tokio::test]
async fn each_second_of_trading_is_a_tick_and_the_clock_alone_makes_them() {
    let upstream = upstream(NOW).await;
    let mut client = Client::yahoo(&upstream, &["^FCHI", "AAPL", "BTC-EUR", "MARK"]).await;
    assert!(all_before_the_push(&mut client, &upstream).await.is_empty());
    upstream.set_now(after(2));
    let ticks = all_before_the_push(&mut client, &upstream).await;
    let second = |n| after(n).as_second();
    // New York has not opened.
    let heads: Vec<_> = ticks.iter().map(Pricing::head).collect();
    let expected = [
        ("BTC-EUR", second(1)),
        ("^FCHI", second(1)),
        ("BTC-EUR", second(2)),
        ("^FCHI", second(2)),
    ];
    assert_eq!(heads, expected);
    for tick in &ticks {
        let at = jiff::Timestamp::from_millisecond(tick.time).unwrap();
        let told = upstream.market().tick(&tick.id, at).unwrap();
        let change = (told.price - told.previous_close) as f32;
        assert_eq!((tick.price, tick.change), (told.price as f32, change));
        assert_eq!((tick.day_volume, tick.market_hours), (told.volume.cast_signed(), 1));
    }
    // Of coins alone currency and range are said.
    assert_eq!((ticks[1].currency.as_str(), ticks[1].day_high), ("", 0.0));
    let coin = upstream.market().tick("BTC-EUR", after(1)).unwrap();
    let range = (coin.day_high as f32, coin.day_low as f32);
    assert_eq!((ticks[0].day_high, ticks[0].day_low), range);
    assert_eq!(ticks[0].currency, "EUR");
}

#[tokio::test]
async fn a_leap_sends_the_last_tick_alone() {
    let upstream = upstream(NOW).await;
    let mut client = Client::yahoo(&upstream, &["^FCHI", "BTC-EUR", "MARK"]).await;
    upstream.set_now(after(3_600));
    assert_eq!(all_before_the_push(&mut client, &upstream).await.len(), 2 * 3_600);
    upstream.set_now(utc("2026-11-21T12:00Z"));
    let ticks = all_before_the_push(&mut client, &upstream).await;
    let close = utc("2026-11-20T16:29:59Z").as_second();
    let noon = utc("2026-11-21T12:00Z").as_second();
    let heads: Vec<_> = ticks.iter().map(Pricing::head).collect();
    assert_eq!(heads, [("^FCHI", close), ("BTC-EUR", noon)]);
    // On a Sunday nothing more has happened in Paris, and nothing did before.
    upstream.set_now(utc("2026-11-22T12:00Z"));
    let ticks = all_before_the_push(&mut client, &upstream).await;
    assert_eq!(ticks.iter().map(|tick| tick.id.as_str()).collect::<Vec<_>>(), ["BTC-EUR"]);
    upstream.set_now(after(0));
    assert!(all_before_the_push(&mut client, &upstream).await.is_empty());
}

#[tokio::test]
async fn a_fixed_price_is_the_ticks_price_and_the_quotes() {
    let upstream = upstream(NOW).await;
    upstream.price("BTC-EUR", 80_000.5);
    let mut client = Client::yahoo(&upstream, &["BTC-EUR"]).await;
    upstream.set_now(after(1));
    let tick = client.pricing().await;
    assert_eq!((tick.price, tick.day_high), (80_000.5, 80_000.5));
    let (_, chart) = json(&upstream, "/v8/finance/chart/BTC-EUR?range=1d&interval=1d").await;
    assert_eq!(chart["chart"]["result"][0]["meta"]["regularMarketPrice"], 80_000.5);
}

#[tokio::test]
async fn a_price_pushed_by_hand_reaches_those_who_follow_it() {
    let upstream = upstream(NOW).await;
    assert_eq!(upstream.push_price("AAPL", 300.25), 0);
    let mut first = Client::yahoo(&upstream, &["AAPL"]).await;
    let mut second = Client::yahoo(&upstream, &["^FCHI", "aapl"]).await;
    upstream.until_streams(|open| open.len() == 2 && open[1].symbols.len() == 2).await;
    assert_eq!(upstream.push_price("AAPL", 300.25), 2);
    for client in [&mut first, &mut second] {
        let tick = client.pricing().await;
        assert_eq!((tick.id.as_str(), tick.price), ("AAPL", 300.25));
        assert_eq!(tick.time, utc(NOW).as_millisecond());
    }
}

#[tokio::test]
async fn subscriptions_are_known_and_change() {
    let upstream = upstream(NOW).await;
    upstream.unknown("NOSUCH");
    assert_eq!(upstream.streams(), []);
    let mut client = Client::yahoo(&upstream, &["NOSUCH", "A/B", "^FCHI", "BTC-EUR"]).await;
    let stream = |symbols: &[&str]| Stream {
        source: "yahoo",
        symbols: symbols.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(upstream.streams(), [stream(&["BTC-EUR", "^FCHI"])]);
    client.say("no JSON").await;
    client.say(r#"{"unsubscribe":["^FCHI"]}"#).await;
    upstream.until_streams(|open| open == [stream(&["BTC-EUR"])]).await;
    upstream.set_now(after(1));
    assert_eq!(client.pricing().await.id, "BTC-EUR");
    client.0.close(None).await.unwrap();
    // Leave is taken on both sides.
    assert!(matches!(client.next().await, Some(Ok(frame)) if frame.is_close()));
    assert!(client.next().await.is_none());
    upstream.until_streams(<[Stream]>::is_empty).await;
    assert_eq!(upstream.log(), ["/?version=2"]);
}

#[tokio::test]
async fn dollar_pairs_come_under_their_short_name() {
    let upstream = upstream(NOW).await;
    let mut client = Client::yahoo(&upstream, &["EURUSD=X", "USDJPY=X"]).await;
    upstream.set_now(after(1));
    let (euro, yen) = (client.pricing().await, client.pricing().await);
    assert_eq!((euro.id.as_str(), yen.id.as_str()), ("EURUSD=X", "JPY=X"));
    let price = upstream.market().price("USDJPY=X", after(1)) as f32;
    // Nobody counts what is traded of a currency.
    assert_eq!((yen.price, yen.day_volume), (price, 0));
}

#[tokio::test]
async fn version_1_comes_bare() {
    let upstream = upstream(NOW).await;
    let mut client = Client::open(&upstream.yahoo_stream_url().replace("?version=2", "")).await;
    client.say(r#"{"subscribe":["BTC-EUR"]}"#).await;
    upstream.until_streams(|open| open.iter().any(|it| !it.symbols.is_empty())).await;
    upstream.set_now(after(1));
    let text = client.text().await;
    assert!(serde_json::from_str::<Value>(&text).is_err());
    assert_eq!(Pricing::of(&text).id, "BTC-EUR");
}

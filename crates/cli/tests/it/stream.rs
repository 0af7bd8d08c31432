//! Prices as they change, as readers get them: over HTTP in memory, and with a
//! real client over loopback.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use jiff::SignedDuration;
use market::Clock;
use serde_json::{Value, json};
use server::{SystemClock, router};
use simulator::Fault;
use testkit::{Events, PATIENCE, Talk};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::{self, Message};
use tower::ServiceExt;

use crate::service::serve_demo;
use crate::world::World;

/// Opens a stream of events.
async fn open(world: &World, symbols: &str, last: Option<&str>) -> Events {
    let mut request = Request::get(format!("/marketpulse/stream?symbols={symbols}"));
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let request = request.body(Body::empty()).unwrap();
    let answer = router(world.app.clone()).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    Events::of(answer.into_body().into_data_stream())
}

fn id(event: &Value) -> &str {
    event["id"].as_str().unwrap()
}

/// Opens a stream of two prices and waits until both are there.
async fn settled(world: &World, symbols: &str) -> Events {
    world.refresh().await;
    let mut events = open(world, symbols, None).await;
    let snapshot = events.next().await.unwrap();
    assert_eq!(snapshot["type"], "snapshot");
    events
}

/// Lets a minute pass, after which every price is another one.
async fn minute(world: &World) {
    world.advance(SignedDuration::from_secs(61));
    world.refresh().await;
}

const BTC: &str = "BTC/EUR";

#[tokio::test]
async fn a_snapshot_comes_first_and_then_what_changes() {
    let world = World::production().await;
    world.refresh().await;
    let mut events = open(&world, "BTC_EUR,EUR/USD", None).await;
    let snapshot = events.next().await.unwrap();
    let symbols: Vec<&Value> =
        snapshot["quotes"].as_array().unwrap().iter().map(|quote| &quote["symbol"]).collect();
    assert_eq!(symbols, [BTC, "EUR/USD"]);
    assert_eq!(snapshot["sources"][0]["state"], "ok");
    minute(&world).await;
    let quote = events.next_of("quote").await;
    let latest = world.get("/marketpulse/latest").await.json();
    let symbol = quote["symbol"].as_str().unwrap();
    let mut expected = latest["quotes"][symbol].clone();
    expected.as_object_mut().unwrap().remove("age_s");
    expected["type"] = json!("quote");
    expected["id"] = quote["id"].clone();
    assert_eq!(quote, expected);
    assert_ne!(quote["price"], snapshot["quotes"][0]["price"]);
}

#[tokio::test]
async fn what_nobody_watches_is_refreshed_while_somebody_follows_it() {
    let world = World::production().await;
    let mut events = open(&world, "ETH/EUR", None).await;
    assert_eq!(events.next().await.unwrap()["quotes"][0]["price"], Value::Null);
    let first = events.next_of("quote").await;
    assert_eq!(
        (first["symbol"].as_str(), first["source"].as_str()),
        (Some("ETH/EUR"), Some("coingecko"))
    );
    minute(&world).await;
    let second = events.next_of("quote").await;
    assert!(second["price"].is_number() && second["received_at"] != first["received_at"]);
}

#[tokio::test]
async fn one_who_does_not_read_gets_the_newest_of_each_symbol_and_nothing_else() {
    let world = World::production().await;
    let mut slow = settled(&world, BTC).await;
    let mut quick = settled(&world, BTC).await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        minute(&world).await;
        seen.push(quick.next_of("quote").await);
    }
    let late: Vec<Value> = slow.at_hand();
    let late: Vec<&Value> = late.iter().filter(|event| event["type"] == "quote").collect();
    assert_eq!(late, [seen.last().unwrap()]);
    assert_eq!(seen.len(), 5);
}

#[tokio::test]
async fn one_who_returns_gets_exactly_what_he_missed() {
    let world = World::production().await;
    let mut stays = settled(&world, BTC).await;
    let mut leaves = settled(&world, BTC).await;
    minute(&world).await;
    let last = leaves.next_of("quote").await;
    stays.next_of("quote").await;
    drop(leaves);
    let mut missed = Vec::new();
    for _ in 0..3 {
        minute(&world).await;
        missed.push(stays.next_of("quote").await);
    }
    let mut back = open(&world, BTC, Some(id(&last))).await;
    let mut given = back.at_hand();
    given.retain(|event| event["type"] != "source");
    assert_eq!(given, missed);
    let mut none_missed = open(&world, BTC, Some(id(missed.last().unwrap()))).await;
    assert_eq!(none_missed.at_hand(), Vec::<Value>::new());
    minute(&world).await;
    assert_eq!(back.next_of("quote").await, none_missed.next_of("quote").await);
}

#[tokio::test]
async fn one_who_returns_alone_has_missed_nothing_either() {
    let world = World::production().await;
    let mut events = settled(&world, "SOL/EUR").await;
    let last = events.next_of("quote").await;
    drop(events);
    minute(&world).await;
    let mut back = open(&world, "SOL/EUR", Some(id(&last))).await;
    let quote = back.next().await.unwrap();
    assert_eq!((&quote["type"], &quote["symbol"]), (&json!("quote"), &json!("SOL/EUR")));
}

#[tokio::test]
async fn an_id_that_cannot_be_resumed_from_brings_a_snapshot() {
    let mut world = World::production().await;
    let mut events = settled(&world, BTC).await;
    minute(&world).await;
    let last = id(&events.next_of("quote").await).to_owned();
    let (epoch, _) = last.split_once('-').unwrap();
    let from_the_future = format!("{epoch}-99999");
    for (symbols, last) in [
        (BTC, "nonsense"),
        (BTC, from_the_future.as_str()),
        (BTC, "00000000000000ff-1"),
        ("BTC/EUR,XRP/EUR", last.as_str()),
    ] {
        let mut events = open(&world, symbols, Some(last)).await;
        assert_eq!(events.next().await.unwrap()["type"], "snapshot", "{symbols} after {last}");
    }
    // Who still listens holds on to the service.
    drop(events);
    world.restart().await;
    let mut events = open(&world, BTC, Some(&last)).await;
    let snapshot = events.next().await.unwrap();
    assert_eq!(snapshot["type"], "snapshot", "the service is another one");
    assert!(snapshot["quotes"][0]["price"].is_number(), "and has the price from its store");
}

#[tokio::test]
async fn a_symbol_that_is_none_or_unknown_does_not_disturb_the_rest() {
    let world = World::production().await;
    world.upstream.unknown("NOSUCH");
    world.refresh().await;
    let mut events = open(&world, "BTC/EUR,NOSUCH,%3F%3F", None).await;
    let snapshot = events.next().await.unwrap();
    assert_eq!(snapshot["quotes"].as_array().unwrap().len(), 2);
    let none = events.next_of("error").await;
    assert_eq!((&none["symbol"], &none["reason"]), (&json!("??"), &json!("not_a_symbol")));
    let unknown = events.next_of("error").await;
    assert_eq!(
        (&unknown["symbol"], &unknown["reason"]),
        (&json!("NOSUCH"), &json!("unknown_symbol"))
    );
    minute(&world).await;
    assert_eq!(events.next_of("quote").await["symbol"], BTC);
    let mut later = open(&world, "NOSUCH", None).await;
    assert_eq!(later.next_of("error").await["symbol"], "NOSUCH");
}

#[tokio::test]
async fn a_market_that_closes_and_an_upstream_that_fails_are_reported() {
    let world = World::production().await;
    let mut events = settled(&world, "CAC40").await;
    world.advance(SignedDuration::from_hours(5));
    let state = events.next_of("state").await;
    assert_eq!((&state["symbol"], &state["market_state"]), (&json!("CAC40"), &json!("closed")));
    world.upstream.fail("", Fault::Status { code: 429, retry_after: Some("120".to_owned()) }, None);
    world.refresh().await;
    let source = events.next_of("source").await;
    assert_eq!(source["state"], "paused", "{source}");
    assert!(source["paused_until"].is_string());
}

#[tokio::test]
async fn what_cannot_be_followed_is_refused_with_a_reason() {
    let settings = [("MARKETPULSE_STREAM_SYMBOLS", "2"), ("MARKETPULSE_STREAM_CONNECTIONS", "1")];
    let world = World::start("production", &settings).await;
    let ask = async |query: &str| world.get(&format!("/marketpulse/stream{query}")).await.problem();
    assert_eq!(
        ask("?symbols=A,B,C").await,
        (429, "3 symbols on one connection; at most 2, or use several connections".to_owned())
    );
    assert_eq!(
        ask("?symbol=A").await,
        (400, "symbol: no such parameter; did you mean symbols?".to_owned())
    );
    let events = open(&world, "A,B,A", None).await;
    assert_eq!(
        ask("?symbols=A").await,
        (429, "all 1 connections for streams are taken; try again later".to_owned())
    );
    drop(events);
    open(&world, "A", None).await;
    let plain = world.get("/marketpulse/ws").await.problem();
    assert_eq!(plain.0, 426, "{}", plain.1);
}

#[tokio::test]
async fn without_symbols_the_watched_ones_are_reported() {
    let world = World::production().await;
    let mut events = open(&world, "", None).await;
    let snapshot = events.next().await.unwrap();
    assert_eq!(snapshot["quotes"].as_array().unwrap().len(), 3);
}

#[test]
fn a_service_that_stops_says_so_and_does_not_wait_for_readers() {
    use std::io::{Read, Write};
    let data = tempfile::tempdir().unwrap();
    let service = serve_demo(data.path(), &[]);
    let mut stream = std::net::TcpStream::connect(service.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET /marketpulse/stream HTTP/1.1\r\nHost: test\r\n\r\n").unwrap();
    stream.read_exact(&mut [0; 12]).unwrap();
    let url = format!("ws://{}/marketpulse/ws", service.address);
    let (mut talk, _) = tungstenite::connect(url).unwrap();
    let hearing = std::thread::spawn(move || {
        loop {
            if let Message::Close(end) = talk.read().unwrap() {
                return u16::from(end.unwrap().code);
            }
        }
    });
    assert!(service.stop().success());
    assert_eq!(hearing.join().unwrap(), 1001, "not cut off, but ended");
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("}\n\n"), "the last event is whole: {rest}");
}

/// Serves on a free port, and connects.
async fn talk(world: &World) -> Talk {
    connect(&serve(world).await).await.unwrap()
}

async fn connect(address: &str) -> Result<Talk, tungstenite::Error> {
    Talk::connect(&format!("ws://{address}/marketpulse/ws")).await
}

async fn serve(world: &World) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let front = router(world.app.clone());
    tokio::spawn(async {
        let (_stop, stopping) = watch::channel(false);
        let now = Arc::new(|| SystemClock.now());
        server::serve(listener, front, 1_000, now, stopping).await;
    });
    address
}

fn subscribe(symbols: &[&str]) -> Value {
    json!({ "type": "subscribe", "symbols": symbols })
}

#[tokio::test]
async fn a_conversation_over_websocket() {
    let world = World::production().await;
    world.refresh().await;
    let mut talk = self::talk(&world).await;
    talk.order(subscribe(&[BTC, "??"])).await;
    assert_eq!(talk.hear().await.unwrap()["quotes"][0]["symbol"], BTC);
    assert_eq!(talk.hear().await.unwrap()["reason"], "not_a_symbol");
    minute(&world).await;
    let first = talk.hear_of("quote").await;
    assert_eq!(first["symbol"], BTC);
    talk.order(subscribe(&["EUR/USD"])).await;
    assert_eq!(talk.hear_of("snapshot").await["quotes"][0]["symbol"], "EUR/USD");
    talk.order(json!({ "type": "unsubscribe", "symbols": ["BTC-EUR"] })).await;
    assert_eq!(talk.hear_of("unsubscribed").await["symbols"], json!(["BTC-EUR"]));
    minute(&world).await;
    assert_eq!(talk.hear_of("quote").await["symbol"], "EUR/USD");
    talk.order(json!({ "type": "ping" })).await;
    assert_eq!(talk.hear_of("pong").await["timestamp"], "2025-10-29T12:02:02Z");
    let mut again = self::talk(&world).await;
    let resumed = json!({ "type": "subscribe", "symbols": [BTC], "last_event_id": first["id"] });
    again.order(resumed).await;
    let missed = again.hear_of("quote").await;
    assert_eq!(missed["symbol"], BTC, "though nobody followed it when it changed");
}

#[tokio::test]
async fn bars_are_asked_for_over_websocket_too() {
    let world = World::production().await;
    let mut talk = self::talk(&world).await;
    let bars_of = |interval| json!({ "type": "subscribe", "symbols": [BTC], "bars": interval });
    talk.order(bars_of("1m")).await;
    assert_eq!(talk.hear_of("snapshot").await["bars"], json!([]), "none has formed");
    talk.order(json!({ "type": "unsubscribe", "symbols": [BTC] })).await;
    talk.hear_of("unsubscribed").await;
    talk.order(bars_of("1wk")).await;
    let refused = talk.hear_of("error").await;
    assert_eq!(refused["reason"], "not_understood");
    assert!(refused["detail"].as_str().unwrap().contains("1d"), "{refused}");
}

#[tokio::test]
async fn both_ways_tell_the_same() {
    let world = World::production().await;
    let mut events = settled(&world, BTC).await;
    let mut talk = self::talk(&world).await;
    talk.order(subscribe(&[BTC])).await;
    talk.hear_of("snapshot").await;
    minute(&world).await;
    assert_eq!(talk.hear_of("quote").await, events.next_of("quote").await);
}

#[tokio::test]
async fn three_messages_that_are_not_understood_end_a_conversation() {
    let world = World::production().await;
    let mut talk = self::talk(&world).await;
    for nonsense in ["{", r#"{"type":"sing"}"#] {
        talk.say(nonsense).await;
        assert_eq!(talk.hear().await.unwrap()["reason"], "not_understood");
    }
    talk.say(Message::binary(vec![1])).await;
    let (code, reason) = talk.hear().await.unwrap_err();
    assert_eq!(code, 1008);
    assert!(reason.starts_with("3 messages not understood"), "{reason}");
}

#[tokio::test]
async fn what_is_too_much_ends_a_conversation_with_a_reason() {
    let world = World::start("production", &[("MARKETPULSE_STREAM_SYMBOLS", "2")]).await;
    let mut talk = self::talk(&world).await;
    talk.say("x".repeat(65_537)).await;
    assert_eq!(talk.hear().await.unwrap_err().0, 1009);
    let mut talk = self::talk(&world).await;
    talk.order(subscribe(&["A", "B"])).await;
    talk.hear_of("snapshot").await;
    talk.order(subscribe(&["C"])).await;
    let (code, reason) = talk.hear().await.unwrap_err();
    assert_eq!((code, reason.contains("3 symbols on one connection")), (1008, true), "{reason}");
}

#[tokio::test]
async fn one_who_vanishes_frees_his_place() {
    let world = World::start("production", &[("MARKETPULSE_STREAM_CONNECTIONS", "1")]).await;
    let address = serve(&world).await;
    let mut talk = connect(&address).await.unwrap();
    talk.order(subscribe(&[BTC])).await;
    talk.hear().await.unwrap();
    let Err(tungstenite::Error::Http(refused)) = connect(&address).await else {
        panic!("two have the one place");
    };
    assert_eq!(refused.status(), 429);
    drop(talk);
    while connect(&address).await.is_err() {
        tokio::task::yield_now().await;
    }
}

//! What only shows from within, or needs shorter times than the service keeps.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::routing::get;
use engine::Engine;
use futures_util::StreamExt;
use jiff::civil::date;
use market::{Change, Interval, Source, Symbol, Why};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::reader::Reader;
use super::sse::SseEvents;
use super::start;
use super::{Limits, converse};
use crate::{Config, SystemClock, wiring};

/// The service's engine on the simulator alone.
async fn engine() -> Engine {
    let config = Config::read(&[("APP_ENV".to_owned(), "development".to_owned())]).unwrap();
    wiring::engine(&config, true, Arc::new(SystemClock), store::IfDamaged::Refuse).await.unwrap()
}

const QUICK: Limits = Limits {
    connections: 1,
    symbols: 10,
    together: 3,
    heartbeat: Duration::from_millis(1),
    linger: Duration::ZERO,
};

fn symbol(text: &str) -> Symbol {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_stream_on_which_nothing_changes_is_shown_to_be_alive() {
    let hub = start(engine().await, QUICK);
    let mut reader = Reader::join(&hub).unwrap();
    let first = reader.follow(&[], None, None).unwrap();
    let mut events = SseEvents::new(reader, &first);
    let first = events.next().await.unwrap().unwrap();
    assert!(first.starts_with(b"retry: 3000\n\nid: "), "{first:?}");
    assert_eq!(events.next().await.unwrap().unwrap(), ": heartbeat\n\n");
    assert_eq!(events.next().await.unwrap().unwrap(), ": heartbeat\n\n");
}

#[tokio::test]
async fn one_who_answers_no_heartbeat_is_left_and_his_place_is_free() {
    let hub = start(engine().await, QUICK);
    let serving = Arc::clone(&hub);
    let ask = async move |upgrade: WebSocketUpgrade| {
        let reader = Reader::join(&serving).unwrap();
        upgrade.on_upgrade(|socket| converse(socket, reader))
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let routes = Router::new().route("/", get(ask));
    tokio::spawn(async { axum::serve(listener, routes).await });
    let (mut silent, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    // Read past the client's own code, which would answer.
    let mut received = Vec::new();
    while !received.ends_with(b"nothing was heard for a minute") {
        received.push(silent.get_mut().read_u8().await.unwrap());
    }
    let code = 1011_u16.to_be_bytes();
    assert!(received.windows(2).any(|pair| pair == code), "{received:?}");
    drop(silent);
    while Reader::join(&hub).is_none() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn every_change_of_history_is_told_to_those_who_follow_the_symbol() {
    let hub = start(engine().await, QUICK);
    let mut reader = Reader::join(&hub).unwrap();
    reader.follow(&[symbol("AAPL")], None, None).unwrap();
    let change = |number, name: &str| Change {
        number,
        at: jiff::Timestamp::UNIX_EPOCH,
        symbol: symbol(name),
        interval: Some(Interval::D1),
        source: Source::new("yahoo"),
        first: date(2025, 10, 27),
        last: date(2025, 10, 29),
        why: Why::Corrected,
    };
    for change in [change(1, "AAPL"), change(2, "MSFT"), change(3, "AAPL")] {
        hub.send_revised(&change);
    }
    let frames = reader.next().await.unwrap();
    let sent: Vec<serde_json::Value> =
        frames.iter().map(|frame| serde_json::from_str(&frame.json).unwrap()).collect();
    let sent: Vec<_> = sent.iter().filter(|it| it["type"] == "revised").collect();
    assert_eq!(sent.iter().map(|it| &it["number"]).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(
        (&sent[0]["first"], &sent[0]["last"], &sent[0]["why"], &sent[0]["interval"]),
        (&"2025-10-27".into(), &"2025-10-29".into(), &"corrected".into(), &"1d".into())
    );
}

#[tokio::test]
async fn what_nobody_follows_is_let_go() {
    let hub = start(engine().await, QUICK);
    let mut reader = Reader::join(&hub).unwrap();
    reader.follow(&[symbol("AAPL"), symbol("MSFT")], None, None).unwrap();
    reader.unfollow(&[symbol("AAPL")]);
    hub.let_go();
    assert_eq!(hub.inner().topics.keys().collect::<Vec<_>>(), [&symbol("MSFT")]);
    drop(reader);
    hub.let_go();
    assert!(hub.inner().topics.is_empty());
}

#[tokio::test]
async fn what_would_be_too_much_for_all_together_is_refused_by_name() {
    let hub = start(engine().await, QUICK);
    let mut reader = Reader::join(&hub).unwrap();
    let first = reader.follow(&["A", "B", "C", "D"].map(symbol), None, None).unwrap();
    let sent: Vec<serde_json::Value> =
        first.iter().map(|frame| serde_json::from_str(&frame.json).unwrap()).collect();
    assert_eq!(sent[0]["quotes"].as_array().unwrap().len(), 3);
    assert_eq!((&sent[1]["symbol"], &sent[1]["reason"]), (&"D".into(), &"not_followed".into()));
    assert_eq!(sent.len(), 2);
    let again = reader.follow(&[symbol("A")], None, None).unwrap();
    assert_eq!(again.len(), 1, "one who follows it may ask for it again");
}

#[tokio::test]
async fn a_price_is_never_followed_by_none_or_by_an_older_one() {
    let hub = start(engine().await, QUICK);
    let mut reader = Reader::join(&hub).unwrap();
    let name = symbol("AAPL");
    reader.follow(std::slice::from_ref(&name), None, None).unwrap();
    let entry = |board: &engine::Board| Arc::clone(board.entry(&name).unwrap());
    let before = entry(&hub.engine.board());
    assert!(before.quote.is_none());
    hub.engine.quotes(std::slice::from_ref(&name)).await;
    hub.engine.refresh_due().await;
    let board = hub.engine.board();
    assert!(entry(&board).quote.is_some());
    hub.send_quotes();
    let sent = hub.inner().topics[&name].quote.clone();
    let now = hub.engine.now();
    hub.send_quote(&before, board.version + 1, now);
    hub.send_quote(&entry(&board), 0, now);
    assert_eq!(hub.inner().topics[&name].quote, sent);
}

#[tokio::test]
async fn stopping_ends_every_stream_and_waits_for_it() {
    let hub = start(engine().await, QUICK);
    let reader = Reader::join(&hub).unwrap();
    let mut events = SseEvents::new(reader, &[]);
    events.next().await.unwrap().unwrap();
    let reading = async move { while events.next().await.is_some() {} };
    tokio::join!(hub.stop(), reading);
    assert!(Reader::join(&hub).unwrap().next().await.is_none(), "nor does a new one begin");
}

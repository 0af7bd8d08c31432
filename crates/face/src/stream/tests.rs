//! What only shows from within, or needs shorter times than the service keeps.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::routing::get;
use engine::{Client, Engine, Settings, Simulator, Sources};
use futures_util::StreamExt;
use jiff::civil::date;
use market::{Catalog, Change, Clock, Interval, Period, Source, Symbol, Why};
use store::NullStore;
use testkit::SettableClock;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::{Limits, Reader, SseEvents, converse, start};

/// An engine on the simulator alone.
async fn engine() -> Engine {
    let clock: Arc<dyn Clock> = SettableClock::at("2025-10-29T12:00:00Z");
    let market = Arc::new(providers::Simulator::usual(Arc::clone(&clock)));
    let simulator = Simulator {
        quotes: market.clone(),
        bars: market.clone(),
        stream: Some(market),
        documents: None,
    };
    let catalog = Catalog::of(providers::registry().iter().map(|provider| provider.facts));
    let settings = Settings {
        watchlist: ["CAC40", "EUR/USD", "BTC/EUR"].map(symbol).into(),
        refresh_every: Duration::from_mins(1),
        read_deadline: Duration::from_secs(5),
        longest_wait: Duration::from_secs(10),
        default_period: Period::Months(1),
        cache_bytes: 1 << 20,
        document_bytes: None,
        repairing: market::Repairing::default(),
    };
    let sources = Sources::of(catalog).offline(true).with_simulator(simulator);
    Engine::start(settings, clock, sources, Arc::new(NullStore)).await
}

const QUICK: Limits = Limits {
    connections: 1,
    symbols: 10,
    together: 10,
    heartbeat: Duration::from_millis(1),
    linger: Duration::ZERO,
};

fn symbol(text: &str) -> Symbol {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_stream_on_which_nothing_changes_is_shown_to_be_alive() {
    let hub = start(engine().await, QUICK);
    let mut reader = Reader::join(&hub, Client::LOCAL).unwrap();
    let first = reader.follow(&[], None, None).unwrap();
    let mut events = SseEvents::new(reader, &first);
    let first = events.next().await.unwrap().unwrap();
    assert!(first.starts_with(b"retry: 3000\nid: "), "{first:?}");
    assert_eq!(events.next().await.unwrap().unwrap(), ": heartbeat\n");
    assert_eq!(events.next().await.unwrap().unwrap(), ": heartbeat\n");
}

#[tokio::test]
async fn one_who_answers_no_heartbeat_is_left_and_his_place_is_free() {
    let hub = start(engine().await, QUICK);
    let serving = Arc::clone(&hub);
    let ask = async move |upgrade: WebSocketUpgrade| {
        let reader = Reader::join(&serving, Client::LOCAL).unwrap();
        upgrade.on_upgrade(|socket| converse(socket, reader))
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let routes = Router::new().route("/", get(ask));
    tokio::spawn(async { axum::serve(listener, routes).await });
    let (mut silent, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    // Read past the client's own code, which would answer.
    let mut received = Vec::new();
    while !received.ends_with(b"nothing was received for a minute") {
        received.push(silent.get_mut().read_u8().await.unwrap());
    }
    let code = 1011_u16.to_be_bytes();
    assert!(received.windows(2).any(|pair| pair == code), "{received:?}");
    drop(silent);
    while Reader::join(&hub, Client::LOCAL).is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn every_change_of_history_is_told_to_those_who_follow_the_symbol() {
    let hub = start(engine().await, QUICK);
    let mut reader = Reader::join(&hub, Client::LOCAL).unwrap();
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
    let mut reader = Reader::join(&hub, Client::LOCAL).unwrap();
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
    let mut reader = Reader::join(&hub, Client::LOCAL).unwrap();
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
async fn no_client_takes_what_there_is_from_the_others() {
    let hub = start(engine().await, Limits { connections: 4, together: 8, ..QUICK });
    let [one, other] = [1, 2].map(|n| Client::at([192, 0, 2, n].into()));
    let join = |client: &Client| Reader::join(&hub, client.clone());
    let mut greedy: Vec<Reader> = std::iter::from_fn(|| join(&one).ok()).collect();
    assert_eq!(greedy.len(), 2);
    let refused = join(&one).err().unwrap().to_string();
    assert!(refused.starts_with("this client has 2 of 4 connections for streams"), "{refused}");
    let mut reader = join(&other).unwrap();
    for (n, greedy) in greedy.iter_mut().enumerate() {
        let junk: Vec<Symbol> = (0..10).map(|i| symbol(&format!("Z{n}X{i}"))).collect();
        greedy.follow(&junk, None, None).unwrap();
    }
    let of = |client| hub.inner().topics.values().filter(|it| it.is_there_for(client)).count();
    assert_eq!(of(&one), 2, "as many as it leaves to others of those that nobody knows");
    let known = ["CAC40", "EUR/USD", "BTC/EUR"].map(symbol);
    reader.follow(&known, None, None).unwrap();
    assert_eq!(of(&other), 3);
    greedy[0].follow(&known[..1], None, None).unwrap();
    drop(reader);
    assert_eq!((of(&one), of(&other)), (3, 2), "who still follows it has it from now on");
}

#[tokio::test]
async fn a_price_is_never_followed_by_none_or_by_an_older_one() {
    let hub = start(engine().await, QUICK);
    let mut reader = Reader::join(&hub, Client::LOCAL).unwrap();
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
    let reader = Reader::join(&hub, Client::LOCAL).unwrap();
    let mut events = SseEvents::new(reader, &[]);
    events.next().await.unwrap().unwrap();
    let reading = async move { while events.next().await.is_some() {} };
    tokio::join!(hub.stop(), reading);
    assert!(
        Reader::join(&hub, Client::LOCAL).unwrap().next().await.is_none(),
        "nor does a new one begin"
    );
}

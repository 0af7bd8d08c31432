//! Prices that upstreams stream, from their sockets to readers' ears: the whole
//! service over fake upstreams, polled ones and streamed ones apart, so that it
//! can be told who was asked.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use server::router;
use simulator::{Fault, Market, Stream, StreamFault, Upstream};
use testkit::{Events, PATIENCE, Talk, soon, upstreams};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use crate::world::World;

/// The clock that worlds start with.
const START: &str = "2025-10-29T12:00:00Z";

/// A service that runs, and the upstream whose streams it follows.
struct Live {
    world: World,
    streams: Upstream,
    now: Timestamp,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

impl Live {
    async fn start(settings: &[(&str, &str)]) -> Self {
        let streams = Upstream::start(Market::new(7), START.parse().unwrap()).await;
        Self::start_over(streams, settings).await
    }

    async fn start_over(streams: Upstream, settings: &[(&str, &str)]) -> Self {
        let streamed = upstreams::streamed_at(&streams.url());
        let streamed = streamed.iter().map(|(name, url)| (name.as_str(), url.as_str()));
        let all: Vec<_> = streamed.chain(settings.iter().copied()).collect();
        let world = World::start("production", &all).await;
        let (stop, running) = run(&world);
        Self { world, streams, now: START.parse().unwrap(), stop, running }
    }

    /// Started, with all that is watched polled once and followed.
    async fn settled() -> Self {
        let live = Self::start(&[]).await;
        live.until_open(&[("kraken", &["BTC-EUR"]), ("yahoo", &["EURUSD=X", "^FCHI"])]).await;
        live.until("all is polled", |latest| {
            latest["data"].as_object().unwrap().values().all(Value::is_number)
        })
        .await;
        live
    }

    /// Waits until these streams are open, and no other, with these symbols.
    async fn until_open(&self, expected: &[(&str, &[&str])]) {
        let is_expected = |open: &[Stream]| {
            let mut found: Vec<(&str, Vec<&str>)> = open
                .iter()
                .map(|it| (it.source, it.symbols.iter().map(String::as_str).collect()))
                .collect();
            found.sort();
            let expected: Vec<_> =
                expected.iter().map(|(name, all)| (*name, all.to_vec())).collect();
            found == expected
        };
        let opened = self.streams.until_streams(is_expected);
        let is_so = tokio::time::timeout(PATIENCE, opened).await.is_ok();
        assert!(is_so, "{:?}, not {expected:?}", self.streams.streams());
    }

    /// Waits until `/latest` satisfies.
    async fn until(&self, what: &str, satisfies: impl Fn(&Value) -> bool) {
        let asking = async {
            loop {
                if satisfies(&self.latest().await) {
                    return;
                }
                // Leaves the processor to the one who is waited for.
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, asking).await;
        assert!(found.is_ok(), "{what}: not within {PATIENCE:?}: {}", self.latest().await);
    }

    async fn latest(&self) -> Value {
        self.world.get("/marketpulse/latest").await.json()
    }

    /// Moves every clock. Ticks go out for each second of it.
    fn advance(&mut self, seconds: i64) {
        // The service's first: a tick must not come from the future.
        self.pass_in_silence(seconds);
        self.streams.set_now(self.now);
    }

    /// Moves every clock but that of the streams, on which nothing is heard.
    fn pass_in_silence(&mut self, seconds: i64) {
        let by = SignedDuration::from_secs(seconds);
        self.now += by;
        self.world.advance(by);
    }

    /// What the market says by now.
    fn price(&self, native: &str) -> Value {
        json!(self.streams.market().price(native, self.now))
    }

    /// How often a coin's price was polled.
    fn polls_of_coins(&self) -> usize {
        self.world.upstream.requests_to("/simple/price")
    }

    async fn stop(&mut self) {
        self.stop.send_replace(true);
        soon(&mut self.running).await.unwrap();
    }
}

fn run(world: &World) -> (watch::Sender<bool>, JoinHandle<()>) {
    let (stop, stopping) = watch::channel(false);
    let engine = world.app.engine.clone();
    (stop, tokio::spawn(async move { engine.run(stopping).await }))
}

/// A reader of events, who has its snapshot.
async fn listen(world: &World, symbols: &str) -> Events {
    let request = Request::get(format!("/marketpulse/stream?symbols={symbols}"));
    let request = request.body(Body::empty()).unwrap();
    let answer = router(world.app.clone()).oneshot(request).await.unwrap();
    let mut events = Events::of(answer.into_body().into_data_stream());
    events.next_of("snapshot").await;
    events
}

async fn quote_as_of(events: &mut Events, at: Timestamp) -> Value {
    let is_it = |event: &Value| event["type"] == "quote" && event["as_of"] == json!(at);
    events.next_that(is_it).await
}

async fn source(events: &mut Events, name: &str, state: &str) {
    let is_it = |event: &Value| {
        event["type"] == "source" && event["source"] == name && event["state"] == state
    };
    events.next_that(is_it).await;
}

/// A reader over WebSocket, who has its snapshot.
async fn talk(world: &World, symbol: &str) -> Talk {
    use axum::ServiceExt;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/marketpulse/ws", listener.local_addr().unwrap());
    let service = router(world.app.clone()).into_make_service();
    tokio::spawn(async { axum::serve(listener, service).await });
    let mut talk = Talk::connect(&url).await.unwrap();
    talk.order(json!({ "type": "subscribe", "symbols": [symbol] })).await;
    talk.hear_of("snapshot").await;
    talk
}

#[tokio::test]
async fn a_tick_reaches_every_reader_with_where_it_comes_from() {
    let mut live = Live::settled().await;
    let mut events = listen(&live.world, "BTC/EUR").await;
    let mut talk = self::talk(&live.world, "BTC/EUR").await;
    let polls = live.polls_of_coins();
    for _ in 0..3 {
        live.advance(1);
        let told = quote_as_of(&mut events, live.now).await;
        assert_eq!((&told["price"], &told["source"]), (&live.price("BTC-EUR"), &json!("kraken")));
        assert_eq!((&told["freshness"], &told["currency"]), (&json!("fresh"), &json!("EUR")));
        assert_eq!(talk.hear_that(|event| event["id"] == told["id"]).await, told);
        assert_eq!(live.latest().await["data"]["BTC/EUR"], told["price"]);
    }
    assert_eq!(live.polls_of_coins(), polls, "what is streamed is not polled");
}

#[tokio::test]
async fn other_instruments_are_streamed_by_yahoo() {
    let mut live = Live::settled().await;
    let mut events = listen(&live.world, "CAC40").await;
    live.advance(1);
    let told = quote_as_of(&mut events, live.now).await;
    assert_eq!((&told["price"], &told["source"]), (&live.price("^FCHI"), &json!("yahoo")));
    live.streams.push_price("^FCHI", 8_123.45);
    assert_eq!(events.next_that(|event| event["price"] == 8_123.45).await["source"], "yahoo");
}

#[tokio::test]
async fn a_socket_that_is_cut_costs_no_value_and_comes_back() {
    let mut live = Live::settled().await;
    let mut events = listen(&live.world, "BTC/EUR").await;
    let mut news_of_sources = listen(&live.world, "BTC/EUR").await;
    live.advance(1);
    let last = quote_as_of(&mut events, live.now).await;
    let polls = live.polls_of_coins();
    live.pass_in_silence(5);
    assert_eq!(live.latest().await["data"]["BTC/EUR"], last["price"]);
    live.streams.cut_streams();
    source(&mut news_of_sources, "kraken", "failing").await;
    // A poll fills the gap, long before one would have been due.
    let polled = quote_as_of(&mut events, live.now).await;
    assert_eq!((&polled["source"], live.polls_of_coins()), (&json!("coingecko"), polls + 1));
    live.advance(3);
    assert_eq!(live.latest().await["data"]["BTC/EUR"], polled["price"], "the last value stays");
    live.until_open(&[("kraken", &["BTC-EUR"]), ("yahoo", &["EURUSD=X", "^FCHI"])]).await;
    source(&mut news_of_sources, "kraken", "ok").await;
    live.advance(1);
    let told = quote_as_of(&mut events, live.now).await;
    assert_eq!((&told["price"], &told["source"]), (&live.price("BTC-EUR"), &json!("kraken")));
    assert_eq!(live.polls_of_coins(), polls + 1);
}

#[tokio::test]
async fn a_socket_that_falls_silent_is_opened_anew() {
    let settings = [("MARKETPULSE_WATCHLIST", "CAC40"), ("MARKETPULSE_STREAM_SILENCE", "1s")];
    let hanging = Upstream::start(Market::new(7), START.parse().unwrap()).await;
    hanging.fail("version=2", Fault::Stream(StreamFault::Hang), Some(1));
    let mut live = Live::start_over(hanging, &settings).await;
    let mut events = listen(&live.world, "CAC40").await;
    source(&mut events, "yahoo_stream", "failing").await;
    // So short a silence may pass on a loaded machine too, and cost one more attempt.
    let heard = async {
        loop {
            live.advance(3);
            live.streams.push_price("^FCHI", 8_123.45);
            let news = events.next_that(|event| event["price"] == 8_123.45);
            if let Ok(told) = tokio::time::timeout(Duration::from_secs(2), news).await {
                return told;
            }
        }
    };
    assert_eq!(soon(heard).await["source"], "yahoo");
    assert!(live.streams.requests_to("version=2") > 1);
}

#[tokio::test]
async fn what_was_streamed_last_outlives_the_service() {
    let mut live = Live::settled().await;
    let mut events = listen(&live.world, "BTC/EUR").await;
    // Not yet time to store what is heard: the end of the service is.
    for _ in 0..3 {
        live.advance(1);
        quote_as_of(&mut events, live.now).await;
    }
    live.stop().await;
    soon(live.streams.until_streams(<[Stream]>::is_empty)).await;
    let told = live.now;
    // Who still listens holds on to the service.
    drop(events);
    live.world.restart().await;
    let latest = live.latest().await;
    let quote = &latest["quotes"]["BTC/EUR"];
    assert_eq!((&quote["price"], &quote["source"]), (&live.price("BTC-EUR"), &json!("kraken")));
    assert_eq!(quote["as_of"], json!(told));
}

#[tokio::test]
async fn what_somebody_follows_is_streamed_to_him() {
    let mut live = Live::settled().await;
    let mut events = listen(&live.world, "ETH/EUR").await;
    let watched: (&str, &[&str]) = ("yahoo", &["EURUSD=X", "^FCHI"]);
    live.until_open(&[("kraken", &["BTC-EUR", "ETH-EUR"]), watched]).await;
    live.advance(1);
    let told = quote_as_of(&mut events, live.now).await;
    assert_eq!((&told["price"], &told["source"]), (&live.price("ETH-EUR"), &json!("kraken")));
}

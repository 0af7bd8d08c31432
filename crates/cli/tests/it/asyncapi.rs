//! The `AsyncAPI` document: whether the streams keep to it.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use boon::{Compiler, Schemas};
use futures_util::{SinkExt, StreamExt};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use server::router;
use simulator::{Fault, Market, Upstream};
use testkit::{PATIENCE, soon, upstreams};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tower::ServiceExt;

use crate::world::World;

const DOCUMENT: &str = "/marketpulse/asyncapi.json";

/// Holds messages against the document, and notes which kinds were seen.
struct Contract {
    schemas: Schemas,
    compiler: Compiler,
    seen: BTreeSet<String>,
}

impl Contract {
    async fn of(world: &World) -> Self {
        let mut compiler = Compiler::new();
        compiler.enable_format_assertions();
        compiler.add_resource("asyncapi.json", world.get(DOCUMENT).await.json()).unwrap();
        Self { schemas: Schemas::new(), compiler, seen: BTreeSet::new() }
    }

    #[track_caller]
    fn check(&mut self, message: &str) {
        let told: Value = serde_json::from_str(message).unwrap();
        let kind = told["type"].as_str().unwrap();
        let pointer = format!("asyncapi.json#/components/schemas/{kind}");
        let schema = self.compiler.compile(&pointer, &mut self.schemas).unwrap();
        if let Err(error) = self.schemas.validate(&told, schema) {
            panic!("{error:#}\n{message}");
        }
        self.seen.insert(kind.to_owned());
    }
}

/// What happens to a market in some minutes, good and bad.
async fn some_minutes(world: &World) {
    world.refresh().await;
    for _ in 0..3 {
        world.advance(SignedDuration::from_secs(61));
        world.refresh().await;
    }
    world.upstream.fail("", Fault::Status { code: 429, retry_after: Some("600".into()) }, None);
    for _ in 0..8 {
        world.advance(SignedDuration::from_mins(30));
        world.refresh().await;
    }
}

#[tokio::test]
async fn events_of_the_stream_are_as_the_document_says() {
    let world = World::production().await;
    world.upstream.unknown("NOSUCH");
    let mut contract = Contract::of(&world).await;
    let ask = "/marketpulse/stream?symbols=CAC40,BTC/EUR,NOSUCH,n%20o&bars=1m";
    let request = Request::get(ask).body(Body::empty()).unwrap();
    let answer = router(world.app.clone()).oneshot(request).await.unwrap();
    let mut events = answer.into_body().into_data_stream();
    some_minutes(&world).await;
    let wanted = ["error", "quote", "snapshot", "source", "state"];
    let seen = async {
        while !wanted.iter().all(|kind| contract.seen.contains(*kind)) {
            let piece = events.next().await.unwrap().unwrap();
            let text = std::str::from_utf8(&piece).unwrap();
            text.lines()
                .filter_map(|line| line.strip_prefix("data: "))
                .for_each(|it| contract.check(it));
        }
    };
    let in_time = timeout(PATIENCE, seen).await;
    assert!(in_time.is_ok(), "only {:?} were seen", contract.seen);
}

#[tokio::test]
async fn bars_that_form_and_end_are_as_the_document_says() {
    let mut now: Timestamp = "2025-10-29T12:00:00Z".parse().unwrap();
    let streams = Upstream::start(Market::new(7), now).await;
    let streamed = upstreams::streamed_at(&streams.url());
    let streamed = streamed.iter().map(|(name, url)| (name.as_str(), url.as_str()));
    let settings: Vec<_> = streamed.chain([("MARKETPULSE_WATCHLIST", "EUR/USD")]).collect();
    let world = World::start("production", &settings).await;
    let mut contract = Contract::of(&world).await;
    let (_stop, stopped) = watch::channel(false);
    let engine = world.app.engine.clone();
    tokio::spawn(async move { engine.run(stopped).await });
    let is_open = streams.until_streams(|open| open.iter().any(|one| !one.symbols.is_empty()));
    soon(is_open).await;
    let request = Request::get("/marketpulse/stream?bars=1m").body(Body::empty()).unwrap();
    let answer = router(world.app.clone()).oneshot(request).await.unwrap();
    let mut events = answer.into_body().into_data_stream();
    let mut all = String::new();
    for _ in 0..20 {
        let by = SignedDuration::from_secs(10);
        now += by;
        world.advance(by);
        streams.set_now(now);
        let news = format!("\"as_of\":\"{now}\"");
        let mut told = String::new();
        while !told.contains(&news) {
            let piece = soon(events.next()).await.unwrap().unwrap();
            told += std::str::from_utf8(&piece).unwrap();
        }
        all += &told;
    }
    all.lines().filter_map(|line| line.strip_prefix("data: ")).for_each(|it| contract.check(it));
    assert!(contract.seen.contains("bar") && all.contains("\"provisional\":false"), "{all}");
}

#[tokio::test]
async fn what_is_reported_and_heard_over_websocket_is_as_the_document_says() {
    let world = World::production().await;
    world.refresh().await;
    let mut contract = Contract::of(&world).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/marketpulse/ws", listener.local_addr().unwrap());
    let service = axum::ServiceExt::into_make_service(router(world.app.clone()));
    tokio::spawn(async move { axum::serve(listener, service).await });
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    for order in [
        json!({ "type": "subscribe", "symbols": ["CAC40"], "bars": "5m", "last_event_id": null }),
        json!({ "type": "ping" }),
        json!({ "type": "unsubscribe", "symbols": ["CAC40"] }),
    ] {
        contract.check(&order.to_string());
        socket.send(Message::text(order.to_string())).await.unwrap();
    }
    socket.send(Message::text("nonsense")).await.unwrap();
    let wanted = ["error", "pong", "snapshot", "unsubscribed"];
    while !wanted.iter().all(|kind| contract.seen.contains(*kind)) {
        match socket.next().await.unwrap().unwrap() {
            Message::Text(text) => contract.check(&text),
            other => assert!(matches!(other, Message::Ping(_)), "{other:?}"),
        }
    }
}

#[tokio::test]
async fn the_contract() {
    let world = World::production().await;
    let mut document = world.get(DOCUMENT).await.json();
    document["info"]["version"] = "as in Cargo.toml".into();
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
}

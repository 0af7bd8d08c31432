use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use market::Clock;
use prost::Message as _;
use serde_json::{Value, json};
use server::{SystemClock, router};
use testkit::Talk;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::world::World;

/// What is read of a message here.
#[derive(Clone, PartialEq, prost::Message)]
struct Pricing {
    #[prost(string, tag = "1")]
    id: String,
    #[prost(float, tag = "2")]
    price: f32,
    #[prost(sint64, tag = "3")]
    time: i64,
    #[prost(int32, tag = "6")]
    quote_type: i32,
}

async fn connect(world: &World) -> Talk {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let front = router(world.app.clone());
    tokio::spawn(async {
        let (_stop, stopping) = watch::channel(false);
        let now = Arc::new(|| SystemClock.now());
        server::serve(listener, front, 1_000, now, stopping).await;
    });
    Talk::connect(&format!("ws://{address}/?version=2")).await.unwrap()
}

fn pricing(message: &Value) -> Pricing {
    assert_eq!(message["type"], "pricing");
    let bytes = STANDARD.decode(message["message"].as_str().unwrap()).unwrap();
    Pricing::decode(&*bytes).unwrap()
}

/// Lets a minute pass, after which every price is another one.
async fn minute(world: &World) {
    world.advance(jiff::SignedDuration::from_secs(61));
    world.refresh().await;
}

#[tokio::test]
async fn prices_come_in_the_spelling_asked_for_and_again_when_they_change() {
    let world = World::production().await;
    world.refresh().await;
    let mut talk = connect(&world).await;
    talk.order(json!({ "subscribe": ["%nonsense%", "^FCHI"] })).await;
    let first = pricing(&talk.hear().await.unwrap());
    assert_eq!((first.id.as_str(), first.quote_type), ("^FCHI", 9));
    let latest = world.get("/v7/finance/quote?symbols=%5EFCHI").await.json();
    let told = &latest["quoteResponse"]["result"][0];
    let price = told["regularMarketPrice"].as_f64().unwrap() as f32;
    assert_eq!(price.to_bits(), first.price.to_bits());
    assert_eq!(told["regularMarketTime"], first.time / 1_000);
    minute(&world).await;
    let second = pricing(&talk.hear().await.unwrap());
    assert!(second.id == "^FCHI" && second.time > first.time);
}

#[tokio::test]
async fn what_is_subscribed_to_again_is_not_told_anew_and_can_be_given_up() {
    let world = World::production().await;
    world.refresh().await;
    let mut talk = connect(&world).await;
    for _ in 0..3 {
        talk.order(json!({ "subscribe": ["^FCHI"], "unknown": 1 })).await;
    }
    talk.say("no order at all").await;
    talk.order(json!({ "unsubscribe": ["^FCHI"], "subscribe": ["EURUSD=X"] })).await;
    let ids = [talk.hear().await, talk.hear().await].map(|heard| pricing(&heard.unwrap()).id);
    assert_eq!(ids, ["^FCHI", "EURUSD=X"]);
    minute(&world).await;
    assert_eq!(pricing(&talk.hear().await.unwrap()).id, "EURUSD=X");
}

#[tokio::test]
async fn more_symbols_than_may_be_followed_end_the_connection_with_the_reason() {
    let world = World::start("production", &[("MARKETPULSE_STREAM_SYMBOLS", "1")]).await;
    let mut talk = connect(&world).await;
    talk.order(json!({ "subscribe": ["AAPL", "MSFT"] })).await;
    let (code, reason) = talk.hear().await.unwrap_err();
    assert!(code == 1008 && reason.contains("at most 1"), "{code} {reason}");
}

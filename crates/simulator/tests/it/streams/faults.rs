use futures_util::SinkExt;
use simulator::{Fault, Stream, StreamFault, Upstream};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};

use super::client::{Client, Pricing};
use crate::client::{text, upstream, utc};

const NOW: &str = "2026-11-20T10:30:17Z";

const SUBSCRIBE: &str = r#"{"subscribe":["BTC-EUR"]}"#;

async fn spoilt(fault: StreamFault) -> (Upstream, Client) {
    let upstream = upstream(NOW).await;
    upstream.fail("version=2", Fault::Stream(fault), Some(1));
    let client = Client::open(&upstream.yahoo_stream_url()).await;
    (upstream, client)
}

fn move_on(upstream: &Upstream, seconds: i64) {
    upstream.set_now(utc(NOW) + jiff::SignedDuration::from_secs(seconds));
}

/// It broke off, and nobody took leave.
fn broke_off(end: Option<Result<Message, Error>>) -> bool {
    let cut = ProtocolError::ResetWithoutClosingHandshake;
    matches!(end, Some(Err(Error::Protocol(why))) if why == cut)
}

#[tokio::test]
async fn an_opening_is_refused_with_a_status() {
    let upstream = upstream(NOW).await;
    let retry_after = Some("120".to_owned());
    upstream.fail("version=2", Fault::Status { code: 429, retry_after }, Some(1));
    let url = upstream.yahoo_stream_url();
    let Err(Error::Http(refusal)) = connect_async(&url).await else { panic!("not refused") };
    assert_eq!(refusal.status().as_u16(), 429);
    assert_eq!(refusal.headers()["retry-after"], "120");
    upstream.fail("/v2", Fault::Close, Some(1));
    assert!(matches!(connect_async(upstream.kraken_url()).await, Err(Error::Protocol(_))));
    assert_eq!(upstream.streams(), []);
    Client::open(&url).await;
    assert_eq!(upstream.log(), ["/?version=2", "/v2", "/?version=2"]);
}

#[tokio::test]
async fn a_stream_may_end_as_soon_as_it_is_open() {
    let (upstream, mut client) = spoilt(StreamFault::Leave).await;
    assert!(matches!(client.next().await, Some(Ok(Message::Close(None)))));
    upstream.until_streams(<[Stream]>::is_empty).await;
}

#[tokio::test]
async fn a_stream_may_break_off_at_the_first_message() {
    let (upstream, mut client) = spoilt(StreamFault::Cut).await;
    client.say(SUBSCRIBE).await;
    assert!(broke_off(client.next().await));
    upstream.until_streams(<[Stream]>::is_empty).await;
}

#[tokio::test]
async fn all_streams_can_be_cut_and_opened_again() {
    let upstream = upstream(NOW).await;
    let mut clients = [Client::yahoo(&upstream, &["BTC-EUR"]).await, {
        let mut kraken = Client::open(&upstream.kraken_url()).await;
        kraken.json().await;
        kraken
    }];
    move_on(&upstream, 1);
    upstream.cut_streams();
    assert_eq!(upstream.streams(), []);
    // What was said before arrives.
    assert_eq!(clients[0].pricing().await.id, "BTC-EUR");
    for client in &mut clients {
        assert!(broke_off(client.next().await));
    }
    let mut again = Client::yahoo(&upstream, &["BTC-EUR"]).await;
    move_on(&upstream, 2);
    assert_eq!(again.pricing().await.head().1, utc(NOW).as_second() + 2);
}

#[tokio::test]
async fn a_mute_stream_is_open_answers_pings_and_sends_nothing() {
    let (upstream, mut client) = spoilt(StreamFault::Mute).await;
    client.say(SUBSCRIBE).await;
    upstream.until_streams(|open| open[0].symbols == ["BTC-EUR"]).await;
    move_on(&upstream, 5);
    assert_eq!(upstream.push_price("BTC-EUR", 1.0), 1);
    client.0.send(Message::Ping(Bytes::from_static(b"?"))).await.unwrap();
    assert_eq!(client.next().await.unwrap().unwrap(), Message::Pong(Bytes::from_static(b"?")));
    upstream.cut_streams();
    assert!(broke_off(client.next().await));
}

#[tokio::test]
async fn a_hanging_stream_does_not_even_answer_pings() {
    let (upstream, mut client) = spoilt(StreamFault::Hang).await;
    client.0.send(Message::Ping(Bytes::from_static(b"?"))).await.unwrap();
    client.say(SUBSCRIBE).await;
    // Another one is served meanwhile.
    let mut other = Client::yahoo(&upstream, &["^FCHI"]).await;
    move_on(&upstream, 1);
    other.pricing().await;
    assert_eq!(upstream.streams()[0].symbols, Vec::<String>::new());
    upstream.cut_streams();
    // What it has not read makes the end a rude one.
    assert!(matches!(client.next().await, Some(Err(Error::Io(_) | Error::Protocol(_)))));
}

#[tokio::test]
async fn noise_is_no_message_and_the_stream_stays_open() {
    let (upstream, mut client) = spoilt(StreamFault::Noise).await;
    client.say(SUBSCRIBE).await;
    upstream.until_streams(|open| !open[0].symbols.is_empty()).await;
    move_on(&upstream, 4);
    for _ in 0..2 {
        let cut = client.text().await;
        assert!(!cut.is_empty() && serde_json::from_str::<serde_json::Value>(&cut).is_err());
        let Some(Ok(Message::Binary(noise))) = client.next().await else { panic!("no noise") };
        assert!(!noise.is_empty() && !noise.is_ascii());
    }
    assert_eq!(upstream.streams().len(), 1);
}

#[tokio::test]
async fn faults_of_streams_leave_other_answers_alone() {
    let upstream = upstream(NOW).await;
    upstream.fail("", Fault::Stream(StreamFault::Leave), Some(1));
    assert_eq!(text(&upstream, "/v6/latest/EUR").await.0, 200);
    let mut client = Client::open(&upstream.yahoo_stream_url()).await;
    assert!(matches!(client.next().await, Some(Ok(Message::Close(_)))));
    let mut healthy = Client::yahoo(&upstream, &["BTC-EUR"]).await;
    move_on(&upstream, 1);
    assert_eq!(Pricing::head(&healthy.pricing().await).0, "BTC-EUR");
}

#[tokio::test]
async fn streams_end_with_their_upstream() {
    let upstream = upstream(NOW).await;
    let mut client = Client::yahoo(&upstream, &["BTC-EUR"]).await;
    drop(upstream);
    assert!(broke_off(client.next().await));
}

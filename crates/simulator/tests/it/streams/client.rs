use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt, StreamExt};
use prost::Message as _;
use serde_json::Value;
use simulator::Upstream;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// One stream, as a client has it.
pub(super) struct Client(pub(super) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    pub(super) async fn open(url: &str) -> Self {
        Self(connect_async(url).await.unwrap().0)
    }

    /// An open streamer that follows these symbols.
    pub(super) async fn yahoo(upstream: &Upstream, symbols: &[&str]) -> Self {
        let mut client = Self::open(&upstream.yahoo_stream_url()).await;
        client.say(&serde_json::json!({ "subscribe": symbols }).to_string()).await;
        let last = symbols.last().unwrap().to_uppercase();
        upstream.until_streams(|open| open.iter().any(|it| it.symbols.contains(&last))).await;
        client
    }

    pub(super) async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// The next frame; `None` once the connection is over.
    pub(super) async fn next(&mut self) -> Option<Result<Message, Error>> {
        self.0.next().await
    }

    pub(super) async fn text(&mut self) -> String {
        self.next().await.unwrap().unwrap().into_text().unwrap().to_string()
    }

    pub(super) async fn json(&mut self) -> Value {
        serde_json::from_str(&self.text().await).unwrap()
    }

    /// The next message that is no heartbeat.
    pub(super) async fn news(&mut self) -> Value {
        loop {
            let message = self.json().await;
            if message["channel"] != "heartbeat" {
                return message;
            }
        }
    }

    pub(super) async fn pricing(&mut self) -> Pricing {
        let envelope = self.json().await;
        assert_eq!(envelope["type"], "pricing");
        Pricing::of(envelope["message"].as_str().unwrap())
    }
}

/// A price of the streamer, as far as a reader may know it.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Pricing {
    #[prost(string, tag = "1")]
    pub(super) id: String,
    #[prost(float, tag = "2")]
    pub(super) price: f32,
    #[prost(sint64, tag = "3")]
    pub(super) time: i64,
    #[prost(string, tag = "4")]
    pub(super) currency: String,
    #[prost(int32, tag = "7")]
    pub(super) market_hours: i32,
    #[prost(sint64, tag = "9")]
    pub(super) day_volume: i64,
    #[prost(float, tag = "10")]
    pub(super) day_high: f32,
    #[prost(float, tag = "11")]
    pub(super) day_low: f32,
    #[prost(float, tag = "12")]
    pub(super) change: f32,
}

impl Pricing {
    pub(super) fn of(encoded: &str) -> Self {
        Self::decode(&*STANDARD.decode(encoded).unwrap()).unwrap()
    }

    /// Name and time in seconds.
    pub(super) fn head(&self) -> (&str, i64) {
        (&self.id, self.time / 1_000)
    }
}

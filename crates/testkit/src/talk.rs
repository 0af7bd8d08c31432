use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::soon;

/// How the other side ended a conversation: its code and its reason.
pub type Ended = (u16, String);

/// A conversation over WebSocket, whose messages are JSON with a `type`.
pub struct Talk(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Talk {
    /// Connects to an address such as `ws://127.0.0.1:5000/marketpulse/ws`.
    ///
    /// # Errors
    ///
    /// What the other side answers in place of a socket.
    pub async fn connect(url: &str) -> Result<Self, tungstenite::Error> {
        Ok(Self(connect_async(url).await?.0))
    }

    /// Sends a message as it is.
    pub async fn say(&mut self, message: impl Into<Message>) {
        self.0.send(message.into()).await.unwrap();
    }

    /// Sends JSON.
    pub async fn order(&mut self, order: Value) {
        self.say(order.to_string()).await;
    }

    /// The next event.
    ///
    /// # Errors
    ///
    /// How the other side ended the conversation.
    pub async fn hear(&mut self) -> Result<Value, Ended> {
        loop {
            match soon(self.0.next()).await.unwrap().unwrap() {
                Message::Text(text) => return Ok(serde_json::from_str(&text).unwrap()),
                Message::Close(Some(end)) => return Err((end.code.into(), end.reason.to_string())),
                _ => {}
            }
        }
    }

    /// The next event that satisfies, whatever comes before it.
    pub async fn hear_that(&mut self, satisfies: impl Fn(&Value) -> bool) -> Value {
        loop {
            let event = self.hear().await.unwrap();
            if satisfies(&event) {
                return event;
            }
        }
    }

    /// The next event of a type, whatever comes before it.
    pub async fn hear_of(&mut self, kind: &str) -> Value {
        self.hear_that(|event| event["type"] == kind).await
    }
}

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{MissedTickBehavior, interval};

use crate::upstream::fault::StreamFault;
use crate::upstream::shared::Shared;
use crate::upstream::streams::Dialect;

/// Between two heartbeats, by the runtime's clock: it beats though the market's
/// stands still.
const BEAT: Duration = Duration::from_secs(1);

/// One connection, from the request that opens it to its end.
pub(super) struct Talk {
    shared: Arc<Shared>,
    dialect: Dialect,
    fault: Option<StreamFault>,
    number: u64,
    inbox: UnboundedReceiver<String>,
    sent: usize,
}

impl Talk {
    pub(super) fn begin(shared: Arc<Shared>, dialect: Dialect, fault: Option<StreamFault>) -> Self {
        let (number, inbox) = shared.with(|desk| desk.streams.open(dialect));
        Self { shared, dialect, fault, number, inbox, sent: 0 }
    }

    /// Until one side ends it. Where it is cut, nothing is said.
    pub(super) async fn go_on(mut self, mut socket: WebSocket) {
        match self.fault {
            // An error means that the other side was quicker.
            Some(StreamFault::Leave) => drop(socket.send(Message::Close(None)).await),
            Some(StreamFault::Hang) => while self.inbox.recv().await.is_some() {},
            _ => self.converse(&mut socket).await,
        }
    }

    async fn converse(&mut self, socket: &mut WebSocket) {
        let mut heart = interval(BEAT);
        heart.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heart.reset();
        loop {
            let message = tokio::select! {
                heard = socket.recv() => match heard {
                    Some(Ok(Message::Text(_))) if self.fault == Some(StreamFault::Cut) => return,
                    Some(Ok(Message::Text(text))) => {
                        self.hear(&text);
                        None
                    }
                    // What is read next takes leave in turn.
                    Some(Ok(Message::Close(_))) => return drop(socket.recv().await),
                    Some(Ok(_)) => None,
                    Some(Err(_)) | None => return,
                },
                message = self.inbox.recv() => match message {
                    Some(message) => Some(message),
                    None => return,
                },
                _ = heart.tick() => self.dialect.heartbeat(),
            };
            if let Some(message) = message.and_then(|text| self.frame(text))
                && socket.send(message).await.is_err()
            {
                return;
            }
        }
    }

    fn hear(&self, text: &str) {
        self.shared.with_streams(|streams, prices| streams.hear(self.number, text, prices));
    }

    /// What goes out in place of a message.
    fn frame(&mut self, text: String) -> Option<Message> {
        self.sent += 1;
        match self.fault {
            Some(StreamFault::Mute) => None,
            Some(StreamFault::Noise) if self.sent % 2 == 1 => {
                Some(Message::text(text[..text.len() / 2].to_owned()))
            }
            Some(StreamFault::Noise) => {
                let noise: Vec<u8> = text.bytes().map(|byte| !byte).collect();
                Some(Message::binary(noise))
            }
            _ => Some(Message::text(text)),
        }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.shared.with(|desk| desk.streams.leave(self.number));
    }
}

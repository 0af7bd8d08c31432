use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::SinkExt;
use serde::Deserialize;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite;
use tracing::info;

use super::about;
use super::bars::read_interval;
use super::frame::Frame;
use super::reader::{Reader, read_symbols};

/// In bytes.
pub const LONGEST_MESSAGE: usize = 64 << 10;

/// So many messages that are not understood end a conversation.
const STRIKES: u32 = 3;

/// A living reader answers each heartbeat; one who has not answered so many is
/// gone by the next, a minute after the last that he did answer.
const MOST_UNANSWERED: u32 = 14;

/// How long a reader may take to read that the connection ends.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Why a conversation ends.
#[derive(Debug, PartialEq)]
enum End {
    /// The reader left or cannot be reached.
    Gone,
    /// We end it, and say why.
    Close(u16, String),
}

/// What a reader may say.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Order {
    /// Follow further symbols.
    Subscribe {
        /// The symbols to follow besides those followed already, in any spelling.
        symbols: Vec<String>,
        /// How long the bars are that are sent as they form.
        bars: Option<String>,
        /// The id of the last event seen, to get those since.
        last_event_id: Option<String>,
    },
    /// Follow some no longer.
    Unsubscribe {
        /// The symbols to follow no longer.
        symbols: Vec<String>,
    },
    /// Say that the connection is alive.
    Ping,
}

/// What is to be sent, or why there is nothing more to say.
type Answer = ControlFlow<End, Vec<Arc<Frame>>>;

/// Sends a reader the events that it subscribes to, until one of the two leaves.
pub async fn converse(mut socket: WebSocket, reader: Reader) {
    let mut conversation = Conversation::new(reader);
    let end = conversation.go_on(&mut socket).await;
    let End::Close(code, reason) = end else { return };
    info!(code, "closing a WebSocket: {reason}");
    let close = CloseFrame { code, reason: reason.into() };
    let last_words = async {
        let sent = socket.send(Message::Close(Some(close))).await;
        // Closed before all is read, a connection may lose what was sent last.
        while sent.is_ok() && matches!(socket.recv().await, Some(Ok(_))) {}
    };
    // Who does not listen is left.
    let _ = timeout(LAST_WORDS, last_words).await;
}

struct Conversation {
    reader: Reader,
    heartbeat: Interval,
    unanswered: u32,
    strikes: u32,
}

impl Conversation {
    fn new(reader: Reader) -> Self {
        let every = reader.hub().limits.heartbeat;
        let mut heartbeat = interval(every);
        heartbeat.reset();
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { reader, heartbeat, unanswered: 0, strikes: 0 }
    }

    async fn go_on(&mut self, socket: &mut WebSocket) -> End {
        loop {
            let answer = tokio::select! {
                frames = self.reader.next() => match frames {
                    Some(frames) => ControlFlow::Continue(frames),
                    None if self.reader.hub().is_stopped() => end(1001, "the service is stopping"),
                    None => end(1008, "the key is not good any more"),
                },
                message = socket.recv() => self.hear(message),
                _ = self.heartbeat.tick() => self.beat(socket).await,
            };
            let sent = match answer {
                ControlFlow::Continue(frames) => send(socket, frames).await,
                ControlFlow::Break(end) => return end,
            };
            if sent.is_err() {
                return End::Gone;
            }
        }
    }

    async fn beat(&mut self, socket: &mut WebSocket) -> Answer {
        self.unanswered += 1;
        if self.unanswered > MOST_UNANSWERED {
            return end(1011, "nothing was received for a minute");
        }
        match socket.send(Message::Ping(bytes::Bytes::new())).await {
            Ok(()) => ControlFlow::Continue(Vec::new()),
            Err(_) => ControlFlow::Break(End::Gone),
        }
    }

    fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Answer {
        self.unanswered = 0;
        match message {
            Some(Ok(Message::Text(text))) if text.len() > LONGEST_MESSAGE => too_long(),
            Some(Ok(Message::Text(text))) => self.obey(serde_json::from_str(&text)),
            Some(Ok(Message::Binary(_))) => self.strike("a binary message; send JSON as text"),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => ControlFlow::Continue(Vec::new()),
            Some(Err(error)) if is_too_long(&error) => too_long(),
            Some(Ok(Message::Close(_)) | Err(_)) | None => ControlFlow::Break(End::Gone),
        }
    }

    fn obey(&mut self, order: serde_json::Result<Order>) -> Answer {
        match order {
            Ok(Order::Subscribe { symbols, bars, last_event_id }) => {
                match bars.as_deref().map(read_interval).transpose() {
                    Ok(bars) => self.subscribe(&symbols, bars, last_event_id.as_deref()),
                    Err(fault) => self.strike(&fault),
                }
            }
            Ok(Order::Unsubscribe { symbols }) => self.unsubscribe(&symbols),
            Ok(Order::Ping) => {
                let now = self.reader.hub().engine.now();
                one(Frame::unnumbered("pong", &about::at(now)))
            }
            Err(error) => self.strike(&table::text::short(&error.to_string())),
        }
    }

    fn subscribe(
        &mut self,
        symbols: &[String],
        bars: Option<market::Interval>,
        after: Option<&str>,
    ) -> Answer {
        let (symbols, errors) = read_symbols(symbols.iter().map(String::as_str));
        let after = after.and_then(|after| after.parse().ok());
        match self.reader.follow(&symbols, bars, after) {
            Ok(first) => ControlFlow::Continue([first, errors].concat()),
            Err(too_many) => end(1008, &too_many.to_string()),
        }
    }

    fn unsubscribe(&mut self, symbols: &[String]) -> Answer {
        let (symbols, mut errors) = read_symbols(symbols.iter().map(String::as_str));
        self.reader.unfollow(&symbols);
        errors.push(Arc::new(Frame::unnumbered("unsubscribed", &about::unsubscribed(&symbols))));
        ControlFlow::Continue(errors)
    }

    fn strike(&mut self, fault: &str) -> Answer {
        self.strikes += 1;
        if self.strikes >= STRIKES {
            return end(1008, &format!("{STRIKES} messages not understood; the last: {fault}"));
        }
        let detail = format!(
            r#"not understood: {fault}; send {{"type":"subscribe","symbols":["AAPL"]}}, unsubscribe or ping"#
        );
        one(Frame::unnumbered("error", &about::error(None, "not_understood", &detail)))
    }
}

fn one(frame: Frame) -> Answer {
    ControlFlow::Continue(vec![Arc::new(frame)])
}

fn end(code: u16, reason: &str) -> Answer {
    ControlFlow::Break(End::Close(code, reason.to_owned()))
}

fn too_long() -> Answer {
    end(1009, &format!("a message over {LONGEST_MESSAGE} bytes; subscribe in several"))
}

fn is_too_long(error: &axum::Error) -> bool {
    let source = std::error::Error::source(error);
    let inner = source.and_then(|it| it.downcast_ref::<tungstenite::Error>());
    matches!(inner, Some(tungstenite::Error::Capacity(_)))
}

/// Sends all, and only then waits for the connection.
async fn send(socket: &mut WebSocket, frames: Vec<Arc<Frame>>) -> Result<(), axum::Error> {
    for frame in frames {
        socket.feed(Message::Text(frame.json.clone())).await?;
    }
    socket.flush().await
}

#[cfg(test)]
mod tests {
    use tungstenite::error::{CapacityError, ProtocolError};

    use super::*;

    #[test]
    fn a_message_cut_off_for_its_length_is_not_taken_for_nonsense() {
        let long = CapacityError::MessageTooLong { size: 200_000, max_size: 131_072 };
        assert!(is_too_long(&axum::Error::new(tungstenite::Error::Capacity(long))));
        let nonsense = ProtocolError::UnmaskedFrameFromClient;
        assert!(!is_too_long(&axum::Error::new(tungstenite::Error::Protocol(nonsense))));
    }
}

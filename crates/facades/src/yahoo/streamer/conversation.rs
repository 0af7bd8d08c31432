use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use engine::Engine;
use market::Symbol;
use serde::Deserialize;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};
use tracing::info;

use super::pricing::message;
use crate::yahoo::symbols::Asked;
use face::stream::Reader;

/// A living reader answers each heartbeat; one who has not answered so many is gone.
const MOST_UNANSWERED: u32 = 14;
/// How long a reader may take to read what is sent.
const TAKES_AT_MOST: Duration = Duration::from_mins(1);
/// The status of a connection that is ended for what was asked on it.
const NOT_ALLOWED: u16 = 1008;
/// Likewise because the service stops.
const GOING_AWAY: u16 = 1001;

/// What a reader may say; other members mean nothing here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Order {
    subscribe: Vec<String>,
    unsubscribe: Vec<String>,
}

/// Why a conversation ends.
enum End {
    /// The reader left or cannot be reached.
    Gone,
    /// We end it, and say why.
    Close(u16, String),
}

/// One reader of the streamer.
pub(super) struct Conversation {
    reader: Reader,
    engine: Engine,
    /// The names by which each instrument was asked for.
    names: HashMap<Symbol, BTreeSet<String>>,
    /// Whether messages come inside a JSON object.
    is_wrapped: bool,
    unanswered: u32,
}

impl Conversation {
    pub(super) fn new(reader: Reader, engine: Engine, is_wrapped: bool) -> Self {
        Self { reader, engine, names: HashMap::new(), is_wrapped, unanswered: 0 }
    }

    /// Sends prices until one of the two leaves.
    pub(super) async fn go_on(mut self, mut socket: WebSocket) {
        let End::Close(code, reason) = self.converse(&mut socket).await else { return };
        info!(code, "closing a WebSocket: {reason}");
        let close = CloseFrame { code, reason: reason.into() };
        // Who does not listen is left.
        let _ = timeout(TAKES_AT_MOST, socket.send(Message::Close(Some(close)))).await;
    }

    async fn converse(&mut self, socket: &mut WebSocket) -> End {
        let mut heartbeat = heartbeat(self.reader.heartbeat());
        loop {
            let said = tokio::select! {
                priced = self.reader.priced() => match priced {
                    Some(symbols) => self.messages(&symbols),
                    None => Err(End::Close(GOING_AWAY, "the service is stopping".to_owned())),
                },
                heard = socket.recv() => self.hear(heard),
                _ = heartbeat.tick() => self.beat(),
            };
            let sent = match said {
                Ok(messages) => timeout(TAKES_AT_MOST, send(socket, messages)).await,
                Err(end) => return end,
            };
            if !matches!(sent, Ok(Ok(()))) {
                return End::Gone;
            }
        }
    }

    fn beat(&mut self) -> Result<Vec<Message>, End> {
        self.unanswered += 1;
        if self.unanswered > MOST_UNANSWERED {
            return Err(End::Gone);
        }
        Ok(vec![Message::Ping(bytes::Bytes::new())])
    }

    fn hear(&mut self, heard: Option<Result<Message, axum::Error>>) -> Result<Vec<Message>, End> {
        self.unanswered = 0;
        match heard {
            Some(Ok(Message::Text(text))) => {
                self.obey(&serde_json::from_str(&text).unwrap_or_default())
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => Err(End::Gone),
            Some(Ok(_)) => Ok(Vec::new()),
        }
    }

    /// Clients send their subscription again and again; what is followed already is not
    /// told anew.
    fn obey(&mut self, order: &Order) -> Result<Vec<Message>, End> {
        let gone: Vec<Asked> = self.read(&order.unsubscribe);
        self.forget(&gone);
        let new: Vec<Asked> =
            self.read(&order.subscribe).into_iter().filter(|asked| !self.follows(asked)).collect();
        let symbols: Vec<Symbol> = new.iter().map(|asked| asked.symbol.clone()).collect();
        if symbols.is_empty() {
            return Ok(Vec::new());
        }
        if let Err(too_many) = self.reader.follow(&symbols, None, None) {
            return Err(End::Close(NOT_ALLOWED, too_many.to_string()));
        }
        for Asked { spelt, symbol } in new {
            self.names.entry(symbol).or_default().insert(spelt);
        }
        self.messages(&symbols)
    }

    fn read(&self, texts: &[String]) -> Vec<Asked> {
        texts.iter().filter_map(|text| Asked::read(&self.engine, text).ok()).collect()
    }

    fn follows(&self, asked: &Asked) -> bool {
        self.names.get(&asked.symbol).is_some_and(|names| names.contains(&asked.spelt))
    }

    /// An instrument is followed until none of its names is.
    fn forget(&mut self, gone: &[Asked]) {
        for Asked { spelt, symbol } in gone {
            let Some(names) = self.names.get_mut(symbol) else { continue };
            names.remove(spelt);
            if names.is_empty() {
                self.names.remove(symbol);
                self.reader.unfollow(std::slice::from_ref(symbol));
            }
        }
    }

    /// What is held of instruments, under each name that they are followed by. The protocol
    /// has no word for what a client may not have, so its connection ends with the reason.
    fn messages(&self, symbols: &[Symbol]) -> Result<Vec<Message>, End> {
        let (board, now) = (self.engine.board(), self.engine.now());
        let mut held = symbols.iter().filter_map(|symbol| board.entry(symbol));
        if let Some(why) = held.find_map(|entry| self.reader.refusal(entry)) {
            return Err(End::Close(NOT_ALLOWED, close_reason(&why)));
        }
        let entries =
            symbols.iter().filter_map(|symbol| board.entry(symbol).zip(self.names.get(symbol)));
        let each = entries.flat_map(|(entry, names)| names.iter().map(move |name| (entry, name)));
        let texts = each.filter_map(|(entry, name)| message(entry, name, now, self.is_wrapped));
        Ok(texts.map(|text| Message::Text(text.into())).collect())
    }
}

/// As much of a reason as a control frame has room for (RFC 6455, section 5.5).
fn close_reason(why: &str) -> String {
    const MOST: usize = 123;
    why[..why.floor_char_boundary(MOST)].to_owned()
}

fn heartbeat(every: Duration) -> Interval {
    let mut heartbeat = interval(every);
    heartbeat.reset();
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    heartbeat
}

async fn send(socket: &mut WebSocket, messages: Vec<Message>) -> Result<(), axum::Error> {
    for message in messages {
        socket.send(message).await?;
    }
    Ok(())
}

//! The WebSocket all streams share, and its rules: it opens within a time, a
//! message has a limit, pings are answered, and silence ends it. Reconnecting is
//! decided elsewhere.

mod open;
mod ticks;
mod unreach;

use std::time::Duration;

use egress::Egress;
use futures_util::{SinkExt, StreamExt};
use market::{SourceError, Unreach};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use url::Url;

pub(crate) use self::ticks::{Protocol, Ticks, Verb};

/// The most one message may hold, in bytes.
const MESSAGE_LIMIT: usize = 1 << 20;

/// So long we wait for the other side to take leave.
const LEAVE: Duration = Duration::from_secs(1);

/// How long a stream may keep us waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamLimits {
    /// For the connection to stand, and for a message of ours to go out.
    pub connect: Duration,
    /// Without any frame at all, before the connection is held to be dead.
    pub idle: Duration,
}

impl Default for StreamLimits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), idle: Duration::from_secs(30) }
    }
}

/// Opens streams.
#[derive(Clone, Debug, Default)]
pub struct Dialer {
    /// How long they may keep us waiting.
    pub limits: StreamLimits,
    /// How their hosts are reached.
    pub egress: Egress,
}

/// Who keeps a quiet connection from looking dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heartbeat {
    /// The upstream sends something every few seconds whatever happens. We do
    /// not ping: a proxy may answer for an upstream that has fallen silent.
    Theirs,
    /// Nothing is sent while nothing happens, so after half the idle limit we
    /// ask for a sign of life.
    Ours,
}

/// One open connection, by TCP with or without TLS; tests bring one of their own.
pub(crate) struct Socket<S = MaybeTlsStream<TcpStream>> {
    frames: WebSocketStream<S>,
    limits: StreamLimits,
    heartbeat: Heartbeat,
    received_at: Instant,
    /// Whether a sign of life has been asked for since the last frame.
    pinged: bool,
}

impl Socket {
    pub(crate) async fn open(
        url: &Url,
        dialer: &Dialer,
        heartbeat: Heartbeat,
    ) -> Result<Self, SourceError> {
        let limits = dialer.limits;
        let opened = timeout(limits.connect, open::open(url, &dialer.egress)).await;
        let frames = opened.unwrap_or_else(|_| Err(too_slow("to connect", limits.connect)))?;
        Ok(Self::new(frames, limits, heartbeat))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    fn new(frames: WebSocketStream<S>, limits: StreamLimits, heartbeat: Heartbeat) -> Self {
        Self { frames, limits, heartbeat, received_at: timer(), pinged: false }
    }

    /// What the next message holds. Whatever the error, the connection is of no
    /// use after it. Nothing is lost where the future is dropped.
    pub(crate) async fn next(&mut self) -> Result<Bytes, SourceError> {
        loop {
            match timeout_at(self.patience_ends(), self.frames.next()).await {
                Ok(frame) => {
                    self.received_at = timer();
                    self.pinged = false;
                    if let Some(payload) = payload(frame)? {
                        return Ok(payload);
                    }
                }
                Err(_) if self.may_ping() => self.ping().await?,
                Err(_) => return Err(too_slow("to send anything", self.limits.idle)),
            }
        }
    }

    pub(crate) async fn send(&mut self, text: String) -> Result<(), SourceError> {
        self.send_frame(Message::text(text)).await
    }

    /// Takes leave, and waits a little for the other side to do so.
    pub(crate) async fn close(&mut self) {
        let leave = async {
            if self.frames.close(None).await.is_ok() {
                while let Some(Ok(_)) = self.frames.next().await {}
            }
        };
        // Who does not answer is left without.
        let _ = timeout(LEAVE, leave).await;
    }

    fn may_ping(&self) -> bool {
        self.heartbeat == Heartbeat::Ours && !self.pinged
    }

    fn patience_ends(&self) -> Instant {
        let idle = self.limits.idle;
        self.received_at + if self.may_ping() { idle / 2 } else { idle }
    }

    async fn ping(&mut self) -> Result<(), SourceError> {
        self.pinged = true;
        self.send_frame(Message::Ping(Bytes::new())).await
    }

    async fn send_frame(&mut self, frame: Message) -> Result<(), SourceError> {
        let limit = self.limits.connect;
        match timeout(limit, self.frames.send(frame)).await {
            Ok(sent) => sent.map_err(|error| unreach::explain(&error)),
            Err(_) => Err(too_slow("to take a message", limit)),
        }
    }
}

/// The present by the runtime's clock, which its timeouts go by.
#[expect(clippy::disallowed_methods, reason = "a timeout of the runtime is counted from it")]
fn timer() -> Instant {
    Instant::now()
}

/// What a frame holds for the protocol above; `None` for pings and their like,
/// which the library answers.
fn payload(frame: Option<Result<Message, Error>>) -> Result<Option<Bytes>, SourceError> {
    match frame {
        Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => {
            Ok(Some(message.into_data()))
        }
        Some(Ok(Message::Close(reason))) => Err(unreach::closed(reason.map(|said| said.code))),
        Some(Ok(_)) => Ok(None),
        Some(Err(error)) => Err(unreach::explain(&error)),
        None => Err(unreach::closed(None)),
    }
}

fn too_slow(to_do_what: &str, limit: Duration) -> SourceError {
    let detail = format!("it took longer than {limit:?} {to_do_what}");
    SourceError::Unreachable { why: Unreach::Timeout, detail }
}

#[cfg(test)]
mod tests {
    use tokio::io::{DuplexStream, duplex};
    use tokio_tungstenite::tungstenite::protocol::Role;

    use super::*;

    /// Both ends of a connection in memory: nothing is under way unseen while the
    /// paused clock moves, as it may be between sockets.
    async fn pair(heartbeat: Heartbeat) -> (Socket<DuplexStream>, WebSocketStream<DuplexStream>) {
        let (ours, theirs) = duplex(1024);
        let client = WebSocketStream::from_raw_socket(ours, Role::Client, None).await;
        let server = WebSocketStream::from_raw_socket(theirs, Role::Server, None).await;
        (Socket::new(client, StreamLimits::default(), heartbeat), server)
    }

    #[tokio::test(start_paused = true)]
    async fn a_sign_of_life_keeps_a_quiet_stream_open() {
        let (mut socket, mut server) = pair(Heartbeat::Ours).await;
        let begun = timer();
        let waiting = tokio::spawn(async move { socket.next().await });
        // The library answers a ping when it looks for the frame after it.
        for ping in 1..=6 {
            assert!(server.next().await.unwrap().unwrap().is_ping());
            assert_eq!(begun.elapsed().as_secs(), 15 * ping, "one each half idle limit");
        }
        assert!(!waiting.is_finished());
        server.send(Message::text("price")).await.unwrap();
        assert_eq!(waiting.await.unwrap(), Ok(Bytes::from("price")));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_sign_of_life_the_stream_ends_at_the_idle_limit() {
        for (heartbeat, pings) in [(Heartbeat::Ours, 1), (Heartbeat::Theirs, 0)] {
            let (mut socket, mut server) = pair(heartbeat).await;
            let begun = timer();
            let found = socket.next().await.unwrap_err().to_string();
            assert!(found.contains("it took longer than 30s to send anything"), "{found}");
            assert_eq!(begun.elapsed().as_secs(), 30);
            drop(socket);
            let mut received = 0;
            while let Some(Ok(frame)) = server.next().await {
                received += usize::from(frame.is_ping());
            }
            assert_eq!(received, pings);
        }
    }
}

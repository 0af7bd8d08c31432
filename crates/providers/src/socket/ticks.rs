use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use market::{Clock, Instrument, SourceError, Tick, TickStream, Unreach};
use tokio::time::timeout;
use url::Url;

use super::{Dialer, Heartbeat, Socket, too_slow};

/// What is to be done with a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Subscribe,
    Unsubscribe,
}

impl Verb {
    /// The word that all upstreams use for it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
        }
    }
}

/// What one upstream says and understands on its socket.
pub(crate) trait Protocol: Send + Sync {
    /// The source's name.
    const NAME: &'static str;
    /// So many instruments one message may name.
    const BATCH: usize;
    const HEARTBEAT: Heartbeat;

    /// What the upstream calls an instrument, where it streams it.
    fn native(&self, instrument: &Instrument) -> Option<String>;

    /// What is said before anything is subscribed to, where an upstream wants to know who
    /// comes.
    fn introduction(&self) -> Option<String> {
        None
    }

    /// Whether a message lets in whoever has introduced himself. Pure.
    ///
    /// # Errors
    ///
    /// Why he is not.
    fn lets_in(&self, _message: &[u8]) -> Result<bool, SourceError> {
        Ok(true)
    }

    /// The message that changes subscriptions.
    fn request(&self, verb: Verb, names: &[String]) -> String;

    /// What a message says. Pure.
    fn read(&self, message: &[u8], received_at: Timestamp) -> Vec<Result<Tick, SourceError>>;
}

/// Ticks from an open socket.
pub(crate) struct Ticks<P> {
    protocol: P,
    clock: Arc<dyn Clock>,
    /// `None` once the connection has ended.
    socket: Option<Socket>,
    /// Read out of messages and not yet handed over.
    waiting: VecDeque<Result<Tick, SourceError>>,
}

impl<P: Protocol> Ticks<P> {
    /// Opens a connection and subscribes.
    pub(crate) async fn connect(
        protocol: P,
        clock: Arc<dyn Clock>,
        url: &Url,
        dialer: &Dialer,
        instruments: &[Instrument],
    ) -> Result<Self, SourceError> {
        let requests = requests(&protocol, Verb::Subscribe, instruments)?;
        let opened = Socket::open(url, dialer, P::HEARTBEAT).await;
        log::<P>(&opened);
        let waiting = VecDeque::new();
        let mut ticks = Self { protocol, clock, socket: Some(opened?), waiting };
        ticks.introduce(dialer.limits.connect).await?;
        ticks.send(requests).await?;
        Ok(ticks)
    }

    /// Says who comes, where that is asked, and waits until it is let in.
    async fn introduce(&mut self, within: Duration) -> Result<(), SourceError> {
        let Some(introduction) = self.protocol.introduction() else { return Ok(()) };
        self.send(vec![introduction]).await?;
        let Some(socket) = &mut self.socket else { return Err(ended()) };
        let let_in = async {
            while !self.protocol.lets_in(&socket.next().await?)? {}
            Ok(())
        };
        timeout(within, let_in).await.unwrap_or_else(|_| Err(too_slow("to let us in", within)))
    }

    async fn send(&mut self, requests: Vec<String>) -> Result<(), SourceError> {
        let Some(socket) = &mut self.socket else { return Err(ended()) };
        for request in requests {
            socket.send(request).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl<P: Protocol> TickStream for Ticks<P> {
    async fn next(&mut self) -> Option<Result<Tick, SourceError>> {
        loop {
            if let Some(tick) = self.waiting.pop_front() {
                return Some(tick);
            }
            match self.socket.as_mut()?.next().await {
                Ok(message) => self.waiting.extend(self.protocol.read(&message, self.clock.now())),
                Err(error) => {
                    self.waiting.push_back(Err(error));
                    self.close().await;
                }
            }
        }
    }

    async fn subscribe(&mut self, instruments: &[Instrument]) -> Result<(), SourceError> {
        self.send(requests(&self.protocol, Verb::Subscribe, instruments)?).await
    }

    async fn unsubscribe(&mut self, instruments: &[Instrument]) -> Result<(), SourceError> {
        self.send(requests(&self.protocol, Verb::Unsubscribe, instruments)?).await
    }

    async fn close(&mut self) {
        if let Some(mut socket) = self.socket.take() {
            socket.close().await;
        }
    }
}

fn requests<P: Protocol>(
    protocol: &P,
    verb: Verb,
    instruments: &[Instrument],
) -> Result<Vec<String>, SourceError> {
    let name = |instrument: &Instrument| {
        let refusal = || SourceError::NotOffered(format!("{} is not streamed", instrument.symbol));
        protocol.native(instrument).ok_or_else(refusal)
    };
    let names = instruments.iter().map(name).collect::<Result<Vec<_>, _>>()?;
    Ok(names.chunks(P::BATCH).map(|batch| protocol.request(verb, batch)).collect())
}

fn ended() -> SourceError {
    let detail = "the stream has ended; connect anew".to_owned();
    SourceError::Unreachable { why: Unreach::BrokenOff, detail }
}

fn log<P: Protocol>(opened: &Result<Socket, SourceError>) {
    let source = P::NAME;
    match opened {
        Ok(_) => tracing::info!(target: "upstream", source, "{source} opened a stream"),
        Err(reason) => tracing::warn!(
            target: "upstream", source, reason = reason.reason(), "{source} {reason}: a stream"
        ),
    }
}

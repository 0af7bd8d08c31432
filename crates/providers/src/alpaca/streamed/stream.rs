use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use market::{Clock, Instrument, Source, SourceError, StreamSource, Tick, TickStream};
use serde_json::json;
use url::Url;

use super::super::facts::{FOLLOWED, NAME, STREAM_NAME};
use super::super::ticker;
use super::parse::{self, Part};
use crate::Key;
use crate::socket::{Dialer, Heartbeat, Protocol, Ticks, Verb};

/// Alpaca's trades as they are made.
pub struct AlpacaStream {
    clock: Arc<dyn Clock>,
    url: Url,
    dialer: Dialer,
    key: Key,
}

impl AlpacaStream {
    /// Connects to `url` with a key and its secret.
    pub fn new(clock: Arc<dyn Clock>, url: Url, dialer: Dialer, key: Key) -> Self {
        Self { clock, url, dialer, key }
    }
}

#[async_trait]
impl StreamSource for AlpacaStream {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    fn upstream(&self) -> Source {
        Source::new(STREAM_NAME)
    }

    fn streams(&self, instrument: &Instrument) -> bool {
        ticker::of(instrument).is_ok()
    }

    fn most(&self) -> usize {
        FOLLOWED
    }

    async fn connect(
        &self,
        instruments: &[Instrument],
    ) -> Result<Box<dyn TickStream>, SourceError> {
        let trades = Trades { key: self.key.clone() };
        let clock = Arc::clone(&self.clock);
        let ticks = Ticks::connect(trades, clock, &self.url, &self.dialer, instruments).await?;
        Ok(Box::new(ticks))
    }
}

/// Trades, to whoever has a key.
struct Trades {
    key: Key,
}

impl Protocol for Trades {
    const NAME: &'static str = NAME;
    const BATCH: usize = FOLLOWED;
    // Nothing is sent while nothing is traded.
    const HEARTBEAT: Heartbeat = Heartbeat::Ours;

    fn native(&self, instrument: &Instrument) -> Option<String> {
        ticker::of(instrument).ok()
    }

    fn introduction(&self) -> Option<String> {
        let (key, secret) = (self.key.reveal(), self.key.reveal_secret());
        Some(json!({ "action": "auth", "key": key, "secret": secret }).to_string())
    }

    fn lets_in(&self, message: &[u8]) -> Result<bool, SourceError> {
        let mut is_let_in = false;
        for part in parse::read(message, Timestamp::UNIX_EPOCH)? {
            match part? {
                Part::Refused(why) => return Err(why),
                Part::LetIn => is_let_in = true,
                Part::Tick(_) | Part::Nothing => {}
            }
        }
        Ok(is_let_in)
    }

    fn request(&self, verb: Verb, names: &[String]) -> String {
        json!({ "action": verb.as_str(), "trades": names }).to_string()
    }

    fn read(&self, message: &[u8], received_at: Timestamp) -> Vec<Result<Tick, SourceError>> {
        let parts = match parse::read(message, received_at) {
            Ok(parts) => parts,
            Err(error) => return vec![Err(error)],
        };
        let told = parts.into_iter().filter_map(|part| match part {
            Ok(Part::Tick(tick)) => Some(Ok(*tick)),
            Ok(Part::Refused(error)) | Err(error) => Some(Err(error)),
            Ok(Part::LetIn | Part::Nothing) => None,
        });
        told.collect()
    }
}

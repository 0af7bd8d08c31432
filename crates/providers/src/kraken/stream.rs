use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use market::{Clock, Instrument, Kind, Source, SourceError, StreamSource, Tick, TickStream};
use serde_json::json;
use url::Url;

use super::facts;
use super::parse::{self, Message};
use crate::socket::{Dialer, Heartbeat, Protocol, Ticks, Verb};

/// Currencies in which Kraken trades crypto assets.
const CURRENCIES: [&str; 7] = ["USD", "EUR", "GBP", "AUD", "CAD", "JPY", "CHF"];

/// Kraken's public WebSocket.
pub struct Kraken {
    clock: Arc<dyn Clock>,
    url: Url,
    dialer: Dialer,
}

impl Kraken {
    /// Connects to `url`.
    pub fn new(clock: Arc<dyn Clock>, url: Url, dialer: Dialer) -> Self {
        Self { clock, url, dialer }
    }
}

#[async_trait]
impl StreamSource for Kraken {
    fn source(&self) -> Source {
        Source::new(Ticker::NAME)
    }

    fn streams(&self, instrument: &Instrument) -> bool {
        Ticker.native(instrument).is_some()
    }

    async fn connect(
        &self,
        instruments: &[Instrument],
    ) -> Result<Box<dyn TickStream>, SourceError> {
        let clock = Arc::clone(&self.clock);
        let ticks = Ticks::connect(Ticker, clock, &self.url, &self.dialer, instruments).await?;
        Ok(Box::new(ticks))
    }
}

/// The `ticker` channel.
struct Ticker;

impl Protocol for Ticker {
    const NAME: &'static str = facts::NAME;
    const BATCH: usize = 100;
    // One a second, recordings show.
    const HEARTBEAT: Heartbeat = Heartbeat::Theirs;

    /// Kraken trades some currencies too, but thinly: its EUR/USD is not the
    /// market's.
    fn native(&self, instrument: &Instrument) -> Option<String> {
        let (_, currency) = instrument.symbol.pair()?;
        let is_traded = instrument.kind == Kind::Crypto && CURRENCIES.contains(&currency);
        is_traded.then(|| instrument.symbol.to_string())
    }

    fn request(&self, verb: Verb, names: &[String]) -> String {
        let params = json!({ "channel": "ticker", "symbol": names });
        json!({ "method": verb.as_str(), "params": params }).to_string()
    }

    fn read(&self, message: &[u8], received_at: Timestamp) -> Vec<Result<Tick, SourceError>> {
        match parse::read(message, received_at) {
            Ok(Message::Ticks(ticks)) => ticks,
            Ok(Message::Refused(reason)) | Err(reason) => vec![Err(reason)],
            Ok(Message::Status { online }) => {
                if !online {
                    tracing::warn!(target: "upstream", source = Self::NAME, "kraken is not trading");
                }
                Vec::new()
            }
            Ok(Message::Nothing) => Vec::new(),
        }
    }
}

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use market::{Clock, Instrument, Kind, Source, SourceError, StreamSource, Tick, TickStream};
use serde_json::json;
use url::Url;

use super::parse;
use crate::socket::{Dialer, Heartbeat, Protocol, Ticks, Verb};
use crate::yahoo::{facts, spelling};

/// Yahoo Finance's streamer.
pub struct YahooStreamer {
    clock: Arc<dyn Clock>,
    url: Url,
    dialer: Dialer,
}

impl YahooStreamer {
    /// Connects to `url`.
    pub fn new(clock: Arc<dyn Clock>, url: Url, dialer: Dialer) -> Self {
        Self { clock, url, dialer }
    }
}

#[async_trait]
impl StreamSource for YahooStreamer {
    fn source(&self) -> Source {
        Source::new(Streamer::NAME)
    }

    /// Neither host of it counts what is asked of the other.
    fn upstream(&self) -> Source {
        Source::new(facts::STREAM_NAME)
    }

    fn streams(&self, instrument: &Instrument) -> bool {
        Streamer.native(instrument).is_some()
    }

    async fn connect(
        &self,
        instruments: &[Instrument],
    ) -> Result<Box<dyn TickStream>, SourceError> {
        let clock = Arc::clone(&self.clock);
        let ticks = Ticks::connect(Streamer, clock, &self.url, &self.dialer, instruments).await?;
        Ok(Box::new(ticks))
    }
}

struct Streamer;

impl Protocol for Streamer {
    const NAME: &'static str = facts::NAME;
    const BATCH: usize = 100;
    // On a weekend nothing may be sent for hours.
    const HEARTBEAT: Heartbeat = Heartbeat::Ours;

    /// A fund is priced once a day.
    fn native(&self, instrument: &Instrument) -> Option<String> {
        let is_streamed = instrument.kind != Kind::Fund;
        is_streamed.then(|| spelling::name_of(&instrument.symbol))
    }

    fn request(&self, verb: Verb, names: &[String]) -> String {
        json!({ verb.as_str(): names }).to_string()
    }

    fn read(&self, message: &[u8], received_at: Timestamp) -> Vec<Result<Tick, SourceError>> {
        parse::tick(message, received_at).transpose().into_iter().collect()
    }
}

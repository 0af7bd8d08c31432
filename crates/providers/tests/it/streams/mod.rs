//! Streams over a socket, against a server of our own that plays a script.

mod faults;
mod life;
mod peer;

use std::time::Duration;

use market::{SourceError, StreamSource, TickStream, Unreach};
use providers::alpaca::AlpacaStream;
use providers::kraken::Kraken;
use providers::yahoo::YahooStreamer;
use providers::{Dialer, Key, StreamLimits};
use testkit::{PATIENCE, SettableClock};
use url::Url;

use crate::upstream::{NOW, asked};

/// The idle limit is what tests meet on a clock that stands still; to connect there is
/// time enough for a busy machine.
const LIMITS: StreamLimits = StreamLimits { connect: PATIENCE, idle: Duration::from_secs(30) };

fn dialer(limits: StreamLimits) -> Dialer {
    Dialer { limits, ..Dialer::default() }
}

fn kraken(url: &Url) -> Kraken {
    Kraken::new(SettableClock::at(NOW), url.clone(), dialer(LIMITS))
}

fn yahoo(url: &Url) -> YahooStreamer {
    YahooStreamer::new(SettableClock::at(NOW), url.clone(), dialer(LIMITS))
}

fn alpaca(url: &Url) -> AlpacaStream {
    let key = Key::new("id".to_owned()).with_secret("secret".to_owned());
    AlpacaStream::new(SettableClock::at(NOW), url.clone(), dialer(LIMITS), key)
}

/// An open stream of one pair that Kraken and Yahoo both have.
async fn open(source: &dyn StreamSource) -> Box<dyn TickStream> {
    source.connect(&[asked("BTC/EUR")]).await.unwrap()
}

/// What the stream ends with.
async fn end_of(stream: &mut dyn TickStream) -> SourceError {
    let error = stream.next().await.unwrap().unwrap_err();
    assert!(stream.next().await.is_none(), "the stream goes on after: {error}");
    error
}

fn why(error: &SourceError) -> Unreach {
    match error {
        SourceError::Unreachable { why, detail } => {
            assert!(!detail.is_empty());
            *why
        }
        other => panic!("{other}"),
    }
}

/// A ticker of Kraken's.
fn ticker(symbol: &str, last: f64) -> String {
    format!(
        r#"{{"channel":"ticker","type":"update","data":[{{"symbol":"{symbol}","last":{last},
            "timestamp":"2025-10-29T20:04:59Z"}}]}}"#
    )
}

//! Streams over a socket, against a server of our own that plays a script.

mod faults;
mod life;
mod peer;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use market::{Clock, SourceError, StreamSource, TickStream, Unreach};
use providers::{Kraken, StreamLimits, YahooStreamer};
use url::Url;

use crate::upstream::{NOW, asked};

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        NOW.parse().unwrap()
    }
}

const LIMITS: StreamLimits =
    StreamLimits { connect: Duration::from_secs(5), idle: Duration::from_secs(30) };

fn kraken(url: &Url) -> Kraken {
    Kraken::new(Arc::new(Stopped), url.clone(), LIMITS)
}

fn yahoo(url: &Url) -> YahooStreamer {
    YahooStreamer::new(Arc::new(Stopped), url.clone(), LIMITS)
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

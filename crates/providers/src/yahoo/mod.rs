//! Yahoo Finance: history and quotes of any instrument, from the chart endpoint
//! (`/v8/finance/chart/{symbol}`), quotes of many at once, from the spark
//! endpoint (`/v7/finance/spark`), and instruments by name, from the search
//! (`/v1/finance/search`). Prices as they change come from the streamer. None of these
//! needs a cookie or a key; what is passed on as it is (`documents`) needs both.
//!
//! The interface is undocumented: what is said here about its answers was read
//! off recorded ones. `facts` has the terms.

mod client;
pub(crate) mod documents;
mod exchanges;
mod facts;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod native;
mod parse;
mod rates;
pub(crate) mod spelling;
mod streamer;
pub(crate) mod window;
mod wire;

use std::sync::Arc;

use market::SourcePorts;

pub use client::Yahoo;
pub use documents::YahooDocuments;
pub use facts::HOSTS;
pub use streamer::YahooStreamer;

use crate::provider::{Kit, Provider};

pub(crate) static PROVIDER: Provider = Provider { facts: &facts::FACTS, connect };

fn connect(kit: &Kit<'_>) -> SourcePorts {
    let yahoo = Arc::new(Yahoo::new(kit.http.clone(), kit.address(&facts::POLLED)));
    let documents = YahooDocuments::new(kit.http.clone(), kit.address(&facts::POLLED));
    let streamed_at = kit.address(&facts::STREAMED);
    let streamer = YahooStreamer::new(Arc::clone(&kit.clock), streamed_at, kit.dialer.clone());
    SourcePorts {
        quotes: Some(yahoo.clone()),
        bars: Some(yahoo.clone()),
        search: Some(yahoo),
        stream: Some(Arc::new(streamer)),
        documents: Some(Arc::new(documents)),
    }
}

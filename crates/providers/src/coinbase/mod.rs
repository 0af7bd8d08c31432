//! Coinbase Exchange: latest prices of coins (`/products/{pair}/ticker`) and their bars
//! (`/products/{pair}/candles`), public and without a key.
//!
//! What is told is what was traded there and nowhere else, in currencies and in coins. A pair
//! that is not traded there is not known. One answer holds 300 bars.

mod facts;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod parse;
mod venue;
mod wire;

use std::sync::Arc;

use market::SourcePorts;
use url::Url;

use crate::exchange::Exchange;
use crate::http::Client;
use crate::provider::{Kit, Provider};

pub(crate) static PROVIDER: Provider = Provider { facts: &facts::FACTS, connect };

/// Coinbase, asked at `base`.
pub fn at(client: Client, base: Url) -> Exchange {
    Exchange::new(client, base, &venue::VENUE)
}

fn connect(kit: &Kit<'_>) -> SourcePorts {
    let coinbase = Arc::new(at(kit.http.clone(), kit.address(&facts::POLLED)));
    SourcePorts { quotes: Some(coinbase.clone()), bars: Some(coinbase), ..SourcePorts::default() }
}

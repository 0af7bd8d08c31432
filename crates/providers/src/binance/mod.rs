//! Binance: latest prices of coins (`/api/v3/ticker/24hr`) and their bars (`/api/v3/klines`),
//! public and without a key.
//!
//! What is told is what was traded there and nowhere else. Nothing is traded there in dollars
//! of the United States, but in coins that mean to be worth one: these are not dollars, and
//! nobody is given one for the other. One answer holds 1000 bars.

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

/// Binance, asked at `base`.
pub fn at(client: Client, base: Url) -> Exchange {
    Exchange::new(client, base, &venue::VENUE)
}

fn connect(kit: &Kit<'_>) -> SourcePorts {
    let binance = Arc::new(at(kit.http.clone(), kit.address(&facts::POLLED)));
    SourcePorts { quotes: Some(binance.clone()), bars: Some(binance), ..SourcePorts::default() }
}

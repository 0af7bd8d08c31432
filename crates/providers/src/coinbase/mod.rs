//! Coinbase Exchange: latest prices of coins (`/products/{pair}/ticker`) and their bars
//! (`/products/{pair}/candles`), public and without a key.
//!
//! What is told is what was traded there and nowhere else, in currencies and in coins. A pair
//! that is not traded there is not known. One answer holds 300 bars.

mod client;
mod facts;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod parse;
mod wire;

use std::sync::Arc;

use market::SourcePorts;

pub use client::Coinbase;

use crate::provider::{Kit, Provider};

pub(crate) static PROVIDER: Provider = Provider { facts: &facts::FACTS, connect };

fn connect(kit: &Kit<'_>) -> SourcePorts {
    let coinbase = Arc::new(Coinbase::new(kit.http.clone(), kit.address(&facts::POLLED)));
    SourcePorts { quotes: Some(coinbase.clone()), bars: Some(coinbase), ..SourcePorts::default() }
}

//! `CoinGecko`'s public API: prices of crypto assets (`/api/v3/simple/price`) and
//! their daily closes of the last year (`/coins/{id}/market_chart`).
//!
//! Prices are averages over many exchanges. `facts` has the terms.

mod client;
mod coins;
mod facts;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod parse;
mod wire;

use std::sync::Arc;

use market::SourcePorts;

pub use client::CoinGecko;
pub use coins::IDS;

use crate::provider::{Kit, Provider};

pub(crate) static PROVIDER: Provider = Provider { facts: &facts::FACTS, connect };

fn connect(kit: &Kit<'_>) -> SourcePorts {
    let coingecko = Arc::new(CoinGecko::new(kit.http.clone(), kit.address(&facts::POLLED)));
    SourcePorts { quotes: Some(coingecko.clone()), bars: Some(coingecko), ..SourcePorts::default() }
}

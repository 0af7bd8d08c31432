//! Binance: latest prices of coins (`/api/v3/ticker/24hr`) and their bars (`/api/v3/klines`),
//! public and without a key.
//!
//! What is told is what was traded there and nowhere else. Nothing is traded there in dollars
//! of the United States, but in coins that mean to be worth one: these are not dollars, and
//! nobody is given one for the other. One answer holds 1000 bars.

mod client;
mod facts;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod parse;
mod wire;

use std::sync::Arc;

use market::SourcePorts;

pub use client::Binance;

use crate::provider::{Kit, Provider};

pub(crate) static PROVIDER: Provider = Provider { facts: &facts::FACTS, connect };

fn connect(kit: &Kit<'_>) -> SourcePorts {
    let binance = Arc::new(Binance::new(kit.http.clone(), kit.address(&facts::POLLED)));
    SourcePorts { quotes: Some(binance.clone()), bars: Some(binance), ..SourcePorts::default() }
}

//! Tiingo: latest prices of shares and exchange-traded funds of the United States (`/iex`),
//! and the daily history of these and of mutual funds (`/tiingo/daily/{ticker}/prices`).
//!
//! Prices come as they were traded, with every split and payment in the row of its ex-date;
//! they are brought to the basis on which all sources are compared. That takes every split
//! up to today, so history is always asked up to today. `facts` has the terms.

mod client;
mod facts;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod parse;
mod ticker;
mod wire;

use std::sync::Arc;

use market::SourcePorts;

pub use client::Tiingo;

use crate::provider::{Kit, Provider};

pub(crate) static PROVIDER: Provider = Provider { facts: &facts::FACTS, connect };

fn connect(kit: &Kit<'_>) -> SourcePorts {
    let Some(key) = kit.key(&facts::POLLED) else { return SourcePorts::default() };
    let tiingo = Arc::new(Tiingo::new(kit.http.clone(), kit.address(&facts::POLLED), key));
    SourcePorts { quotes: Some(tiingo.clone()), bars: Some(tiingo), ..SourcePorts::default() }
}

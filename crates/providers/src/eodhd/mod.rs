//! EODHD: prices of shares and funds of many exchanges, a quarter of an hour late
//! (`/real-time/{code}`), their days (`/eod/{code}`) and minutes (`/intraday/{code}`), splits
//! (`/splits/{code}`) and payments (`/div/{code}`).
//!
//! Days come as they were traded, so that they take every split up to today; with what was
//! paid that is three requests. Its lists call London's pence pounds, and prices name no
//! currency: what is priced in a hundredth of one is not asked about. `facts` has the terms.

mod client;
mod code;
mod facts;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod parse;
mod wire;

use std::sync::Arc;

use market::SourcePorts;

pub use client::Eodhd;

use crate::provider::{Kit, Provider};

pub(crate) static PROVIDER: Provider = Provider { facts: &facts::FACTS, connect };

fn connect(kit: &Kit<'_>) -> SourcePorts {
    let Some(key) = kit.key(&facts::POLLED) else { return SourcePorts::default() };
    let eodhd = Arc::new(Eodhd::new(kit.http.clone(), kit.address(&facts::POLLED), key));
    SourcePorts { quotes: Some(eodhd.clone()), bars: Some(eodhd), ..SourcePorts::default() }
}

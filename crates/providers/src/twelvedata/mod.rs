//! Twelve Data: latest prices of shares and exchange-traded funds (`/quote`) and of currencies
//! and coins (`/exchange_rate`), and history of the former (`/time_series`).
//!
//! An error may come with status 200. A day's close and the same adjusted for what was paid
//! take two requests. Payments and splits are told at other addresses, which the free plan
//! does not have. `facts` has the terms.

mod client;
mod facts;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod listing;
mod parse;
mod wire;

use std::sync::Arc;

use market::SourcePorts;

pub use client::TwelveData;

use crate::provider::{Kit, Provider};

pub(crate) static PROVIDER: Provider = Provider { facts: &facts::FACTS, connect };

fn connect(kit: &Kit<'_>) -> SourcePorts {
    let Some(key) = kit.key(&facts::POLLED) else { return SourcePorts::default() };
    let address = kit.address(&facts::POLLED);
    let twelvedata = Arc::new(TwelveData::new(kit.http.clone(), address, key));
    SourcePorts {
        quotes: Some(twelvedata.clone()),
        bars: Some(twelvedata),
        ..SourcePorts::default()
    }
}

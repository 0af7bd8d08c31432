//! Alpaca: latest prices of shares and exchange-traded funds of the United States
//! (`/v2/stocks/snapshots`), and their days, minutes (`/v2/stocks/bars`), payments and splits
//! (`/v1/corporate-actions`), and trades as they are made, over a socket (`streamed`).
//!
//! Its free plan tells what one exchange (IEX) trades now, and what all of them did up to a
//! quarter of an hour ago: so latest prices are of that one exchange, and history, which is
//! of all, ends a little earlier. A day's close and the same adjusted for what was paid take
//! two requests, and what was paid one more. `facts` has the terms.

mod client;
mod facts;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod parse;
mod streamed;
mod stretch;
mod ticker;
mod wire;

use std::sync::Arc;

use market::SourcePorts;

pub use client::Alpaca;
pub use streamed::AlpacaStream;

use crate::provider::{Kit, Provider};

pub(crate) static PROVIDER: Provider = Provider { facts: &facts::FACTS, connect };

fn connect(kit: &Kit<'_>) -> SourcePorts {
    let Some(key) = kit.key(&facts::POLLED) else { return SourcePorts::default() };
    let address = kit.address(&facts::STREAMED);
    let stream =
        AlpacaStream::new(Arc::clone(&kit.clock), address, kit.dialer.clone(), key.clone());
    let alpaca = Arc::new(Alpaca::new(kit.http.clone(), kit.address(&facts::POLLED), key));
    SourcePorts {
        quotes: Some(alpaca.clone()),
        bars: Some(alpaca),
        stream: Some(Arc::new(stream)),
        ..SourcePorts::default()
    }
}

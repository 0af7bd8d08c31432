//! Kraken's WebSocket (version 2): prices of crypto assets at each trade, from
//! the `ticker` channel. Public, without a key.
//!
//! In version 2 pairs are written as we write them (`BTC/EUR`; version 1 and the
//! REST interface have `XBT/EUR` and `XXBTZEUR`) and prices are JSON numbers.

mod facts;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod parse;
mod stream;
mod wire;

use std::sync::Arc;

use market::SourcePorts;

pub use parse::{Message, read};
pub use stream::Kraken;

use crate::provider::{Kit, Provider};

pub(crate) static PROVIDER: Provider = Provider { facts: &facts::FACTS, connect };

fn connect(kit: &Kit<'_>) -> SourcePorts {
    let address = kit.address(&facts::STREAMED);
    let kraken = Kraken::new(Arc::clone(&kit.clock), address, kit.dialer.clone());
    SourcePorts { stream: Some(Arc::new(kraken)), ..SourcePorts::default() }
}

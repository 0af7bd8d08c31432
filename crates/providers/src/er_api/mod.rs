//! ExchangeRate-API's open access (`/v6/latest/{base}`): rates of about 160
//! currencies, set once a day, without a key.
//!
//! `facts` has the terms.

mod client;
mod facts;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod parse;
mod wire;

use std::sync::Arc;

use market::SourcePorts;

pub use client::ErApi;

use crate::provider::{Kit, Provider};

pub(crate) static PROVIDER: Provider = Provider { facts: &facts::FACTS, connect };

fn connect(kit: &Kit<'_>) -> SourcePorts {
    let er_api = ErApi::new(kit.http.clone(), kit.address(&facts::POLLED));
    SourcePorts { quotes: Some(Arc::new(er_api)), ..SourcePorts::default() }
}

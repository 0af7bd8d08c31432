//! The European Central Bank's euro reference rates: one figure a working day
//! for each of some thirty currencies, by units of it for one euro.
//!
//! Three files: the latest day and the last 90 days as XML, all days since 1999
//! as CSV in a ZIP. Rates are set at the concertation of central banks at 14:10
//! and published around 16:00 in Frankfurt, except on TARGET holidays
//! (<https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/html/index.en.html>).
//! `facts` has the terms.

mod client;
mod facts;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod parse;

use std::sync::Arc;

use market::SourcePorts;

pub use client::Ecb;

use crate::provider::{Kit, Provider};

pub(crate) static PROVIDER: Provider = Provider { facts: &facts::FACTS, connect };

fn connect(kit: &Kit<'_>) -> SourcePorts {
    let ecb = Arc::new(Ecb::new(kit.http.clone(), kit.address(&facts::POLLED)));
    SourcePorts { quotes: Some(ecb.clone()), bars: Some(ecb), ..SourcePorts::default() }
}

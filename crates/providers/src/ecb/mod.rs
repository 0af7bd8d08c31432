//! The European Central Bank's euro reference rates: one figure a working day
//! for each of some thirty currencies, by units of it for one euro.
//!
//! Three files: the latest day and the last 90 days as XML, all days since 1999
//! as CSV in a ZIP. Rates are set at the concertation of central banks at 14:10
//! and published around 16:00 in Frankfurt, except on TARGET holidays
//! (<https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/html/index.en.html>).
//!
//! Terms: free to use with the source named; the rates are for information and
//! the bank advises against using them for transactions.

mod client;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod parse;

pub use client::Ecb;

/// Where the bank answers.
pub const BASE_URL: &str = "https://www.ecb.europa.eu";

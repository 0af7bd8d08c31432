//! ExchangeRate-API's open access (`/v6/latest/{base}`): rates of about 160
//! currencies, set once a day, without a key.
//!
//! Terms: attribution is required (a link "Rates By Exchange Rate API" to
//! <https://www.exchangerate-api.com> on pages that show them), caching is
//! allowed, redistribution is not. Answers change once a day; after 429 the
//! service asks for 20 minutes' pause.

mod client;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod parse;
mod wire;

pub use client::ErApi;

/// Where the service answers.
pub const BASE_URL: &str = "https://open.er-api.com";

//! Any bytes in place of er-api's.

use super::parse;
use crate::fuzz::{asked, now, reply};

/// Rates of a base: none is zero or below.
pub fn rates(input: &[u8]) {
    let Ok(rates) = parse::rates(&reply(input), "EUR") else { return };
    for pair in ["EUR/USD", "EUR/JPY"] {
        if let Ok(quote) = parse::quote(&rates, &asked(pair), now()) {
            assert!(quote.price.get() > 0.0);
        }
    }
}

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

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[("er_api_rates", super::rates)]);
    }
}

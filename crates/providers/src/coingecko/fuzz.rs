//! Any bytes in place of CoinGecko's.

use super::{coins, parse};
use crate::fuzz::{ascend, asked, now, reply};

/// Prices of coins: none is zero or below.
pub fn prices(input: &[u8]) {
    let Ok(prices) = parse::prices(&reply(input)) else { return };
    let coin = asked("BTC/EUR");
    let pair = coins::pair(&coin).expect("a pair that is offered");
    if let Ok(quote) = parse::quote(&prices, &pair, &coin, now()) {
        assert!(quote.price.get() > 0.0);
    }
}

/// Samples of a chart, as closes of days.
pub fn chart(input: &[u8]) {
    if let Ok((bars, _)) = parse::closes(input, now()) {
        ascend(&bars);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[("coingecko_prices", super::prices), ("coingecko_chart", super::chart)]);
    }
}

//! Any bytes in place of Binance's.

use market::{HistoryQuery, Interval, Period, Span};

use super::parse;
use crate::fuzz::{ascend, asked, now, reply};

/// A latest price: it is above zero.
pub fn quotes(input: &[u8]) {
    let quote = parse::quote(&reply(input), "BTCEUR", &asked("BTC/EUR"), now());
    assert!(quote.map_or(true, |quote| quote.price.get() > 0.0));
}

/// Days and minutes of history.
pub fn history(input: &[u8]) {
    let coin = asked("BTC/EUR");
    for interval in [Interval::D1, Interval::M1] {
        let (symbol, span) = (coin.symbol.clone(), Span::Period(Period::Max));
        let question = HistoryQuery { symbol, interval, span, source: None };
        let Ok(found) = parse::history(&reply(input), (&question, &coin), now()) else { continue };
        ascend(&found.series.bars().collect::<Vec<_>>());
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[("binance_quotes", super::quotes), ("binance_history", super::history)]);
    }
}

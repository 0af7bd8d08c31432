//! Any bytes in place of EODHD's.

use market::{HistoryQuery, Interval, Period, Span};

use super::parse;
use crate::fuzz::{ascend, asked, now, reply};

/// Latest prices: none is zero or below.
pub fn quotes(input: &[u8]) {
    let quote = parse::quote(&reply(input), "AAPL.US", &asked("AAPL"), now());
    assert!(quote.map_or(true, |quote| quote.price.get() > 0.0));
}

/// Days and minutes of history, and what happened meanwhile.
pub fn history(input: &[u8]) {
    let share = asked("AAPL");
    for interval in [Interval::D1, Interval::M1] {
        let (symbol, span) = (share.symbol.clone(), Span::Period(Period::Max));
        let question = HistoryQuery { symbol, interval, span, source: None };
        let Ok(found) = parse::history(&reply(input), (&question, &share), now()) else { continue };
        ascend(&found.series.bars().collect::<Vec<_>>());
        let _ = parse::with_splits(&reply(input), found.clone());
        let _ = parse::with_payments(&reply(input), found);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[("eodhd_quotes", super::quotes), ("eodhd_history", super::history)]);
    }
}

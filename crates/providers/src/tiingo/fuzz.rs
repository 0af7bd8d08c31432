//! Any bytes in place of Tiingo's.

use market::{HistoryQuery, Interval, Period, Span};

use super::{parse, ticker};
use crate::fuzz::{ascend, asked, now, reply};

/// Latest prices: none is zero or below.
pub fn quotes(input: &[u8]) {
    let Ok(rows) = parse::tops(&reply(input)) else { return };
    let share = asked("AAPL");
    let name = ticker::of(&share).expect("a share that is offered");
    if let Ok(quote) = parse::quote(&rows, &name, &share, now()) {
        assert!(quote.price.get() > 0.0);
    }
}

/// Days of history.
pub fn history(input: &[u8]) {
    let share = asked("AAPL");
    let (symbol, span) = (share.symbol.clone(), Span::Period(Period::Max));
    let question = HistoryQuery { symbol, interval: Interval::D1, span, source: None };
    if let Ok(found) = parse::history(&reply(input), &question, &share, now()) {
        ascend(&found.series.bars().collect::<Vec<_>>());
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[("tiingo_quotes", super::quotes), ("tiingo_history", super::history)]);
    }
}

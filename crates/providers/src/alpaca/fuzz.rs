//! Any bytes in place of Alpaca's.

use market::{HistoryQuery, Interval, Period, Span};

use super::parse;
use super::streamed::{Part, read};
use crate::fuzz::{ascend, asked, now, reply};

/// Latest prices: none is zero or below.
pub fn quotes(input: &[u8]) {
    let share = asked("AAPL");
    let Ok(latest) = parse::latest(&reply(input)) else { return };
    let quote = parse::quote(&latest, "AAPL", &share, now());
    assert!(quote.map_or(true, |quote| quote.price.get() > 0.0));
}

/// Days and minutes of history, and what happened meanwhile.
pub fn history(input: &[u8]) {
    let share = asked("AAPL");
    for interval in [Interval::D1, Interval::M1] {
        let (symbol, span) = (share.symbol.clone(), Span::Period(Period::Max));
        let question = HistoryQuery { symbol, interval, span, source: None };
        let read = parse::history(&reply(input), "AAPL", (&question, &share), now());
        let Ok(found) = read else { continue };
        ascend(&found.series.bars().collect::<Vec<_>>());
        let _ = parse::with_adjusted(&reply(input), "AAPL", found.clone());
        let _ = parse::with_actions(&reply(input), "AAPL", found);
    }
}

/// A message of the socket: no price is zero or below.
pub fn message(input: &[u8]) {
    for part in read(input, now()).into_iter().flatten().flatten() {
        let Part::Tick(tick) = part else { continue };
        assert!(tick.price.get() > 0.0, "{tick:?}");
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[
            ("alpaca_quotes", super::quotes),
            ("alpaca_history", super::history),
            ("alpaca_message", super::message),
        ]);
    }
}

//! Any bytes in place of Twelve Data's.

use market::{HistoryQuery, Interval, Period, Span};

use super::listing::Listing;
use super::parse;
use crate::fuzz::{ascend, asked, now, reply};

/// Latest prices: none is zero or below.
pub fn quotes(input: &[u8]) {
    let (share, pair) = (asked("AAPL"), asked("EUR/USD"));
    let listing = Listing::of(&share).expect("a share that is offered");
    for quote in [
        parse::quote(&reply(input), &listing, &share, now()),
        parse::rate(&reply(input), "EUR/USD", &pair, now()),
    ] {
        assert!(quote.map_or(true, |quote| quote.price.get() > 0.0));
    }
}

/// Days and minutes of history.
pub fn history(input: &[u8]) {
    let share = asked("AAPL");
    let listing = Listing::of(&share).expect("a share that is offered");
    for (interval, name) in [(Interval::D1, "1day"), (Interval::M1, "1min")] {
        let (symbol, span) = (share.symbol.clone(), Span::Period(Period::Max));
        let question = HistoryQuery { symbol, interval, span, source: None };
        let read = parse::history(&reply(input), (&question, name), &listing, &share, now());
        let Ok(found) = read else { continue };
        ascend(&found.series.bars().collect::<Vec<_>>());
        let _ = parse::with_adjusted(&reply(input), &listing, found);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[
            ("twelvedata_quotes", super::quotes),
            ("twelvedata_history", super::history),
        ]);
    }
}

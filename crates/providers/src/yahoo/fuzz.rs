//! Any bytes in place of Yahoo's.

use std::collections::BTreeSet;

use market::{HistoryQuery, Interval, Period, Span};

use super::{parse, streamer};
use crate::fuzz::{ascend, asked, now, reply};

/// A chart, read for its bars and for its price. No bar is one that cannot be, and
/// no date has two.
pub fn chart(input: &[u8]) {
    let asked = asked("AAPL");
    for interval in [Interval::D1, Interval::M1] {
        let span = Span::Period(Period::Max);
        let question = HistoryQuery { symbol: asked.symbol.clone(), interval, span, source: None };
        if let Ok(answer) = parse::answer(input, &question, &asked, now()) {
            ascend(&answer.series.bars().collect::<Vec<_>>());
            let kind = answer.instrument.kind;
            assert!(answer.series.bars().all(|bar| bar.impossible(kind, now()).is_none()));
            let dates: BTreeSet<_> = answer.series.dates().iter().collect();
            assert!(interval != Interval::D1 || dates.len() == answer.series.len());
        }
    }
    let _ = parse::quote(&reply(input), &asked, now());
}

/// The answer about many symbols: one for each that was asked.
pub fn spark(input: &[u8]) {
    let asked = ["AAPL", "CAC40", "EUR/USD"].map(asked);
    if let Ok(quotes) = parse::quotes(&reply(input), &asked, now()) {
        assert_eq!(quotes.len(), asked.len());
    }
}

/// What a search finds: each instrument once.
pub fn search(input: &[u8]) {
    let Ok(found) = parse::instruments(&reply(input)) else { return };
    for (i, instrument) in found.iter().enumerate() {
        assert!(found[..i].iter().all(|before| before.symbol != instrument.symbol));
    }
}

/// A message of the streamer: a price is above zero.
pub fn tick(input: &[u8]) {
    if let Ok(Some(tick)) = streamer::tick(input, now()) {
        assert!(tick.price.get() > 0.0, "{tick:?}");
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_parser_keeps_its_word_over_what_was_written_for_it() {
        testkit::corpus(&[
            ("yahoo_chart", super::chart),
            ("yahoo_spark", super::spark),
            ("yahoo_search", super::search),
            ("yahoo_tick", super::tick),
        ]);
    }
}

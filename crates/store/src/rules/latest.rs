use market::{Instrument, Quote, Source};

use crate::rules::moment::Moment;

/// An instrument as a source describes it.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub(crate) at: Moment,
    pub(crate) source: Source,
    pub(crate) instrument: Instrument,
}

/// Each instrument as it was described last, in the order of symbols.
pub(crate) fn latest_instruments(mut described: Vec<Described>) -> Vec<Instrument> {
    let key = |it: &Described| (it.at, it.source.clone());
    described.sort_by(|one, other| {
        let by_symbol = one.instrument.symbol.cmp(&other.instrument.symbol);
        by_symbol.then_with(|| key(other).cmp(&key(one)))
    });
    described.dedup_by(|next, first| next.instrument.symbol == first.instrument.symbol);
    described.into_iter().map(|it| it.instrument).collect()
}

/// Of each instrument the quote received last, whatever its source, in the order
/// of symbols. Of two received in one moment, the one true later.
pub(crate) fn latest_quotes(mut quotes: Vec<Quote>) -> Vec<Quote> {
    let key = |it: &Quote| (it.received_at, it.as_of, it.source.clone());
    quotes.sort_by(|one, other| {
        let by_symbol = one.instrument.symbol.cmp(&other.instrument.symbol);
        by_symbol.then_with(|| key(other).cmp(&key(one)))
    });
    quotes.dedup_by(|next, first| next.instrument.symbol == first.instrument.symbol);
    quotes
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::rules::samples::quote;

    /// Symbol, second received, second true, source.
    type Row = (u8, i64, Option<i64>, u8);

    fn row_of(quote: &Quote) -> Row {
        let digit = |text: &str| text.as_bytes()[1] - b'0';
        let symbol = digit(quote.instrument.symbol.as_str());
        let as_of = quote.as_of.map(Timestamp::as_second);
        (symbol, quote.received_at.as_second(), as_of, digit(quote.source.as_str()))
    }

    proptest! {
        #[test]
        fn of_each_instrument_the_quote_received_last_counts(
            rows in proptest::collection::vec(
                (0_u8..3, 0_i64..4, proptest::option::of(0_i64..3), 0_u8..3), 0..20)
        ) {
            let second = |n| Timestamp::from_second(n).unwrap();
            let quotes = rows.iter().map(|&(symbol, received_at, as_of, source)| Quote {
                as_of: as_of.map(second),
                source: Source::new(&format!("s{source}")),
                ..quote(&format!("S{symbol}"), second(received_at))
            });
            let found: Vec<Row> = latest_quotes(quotes.collect()).iter().map(row_of).collect();
            let newest = |symbol| rows.iter().filter(|row| row.0 == symbol).max().copied();
            let expected: Vec<Row> = (0..3).filter_map(newest).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn an_instrument_is_as_it_was_described_last() {
        let described = |symbol, ms, source, name: &str| {
            let mut instrument = quote(symbol, Timestamp::UNIX_EPOCH).instrument;
            instrument.name = name.into();
            Described { at: Moment::from_ms(ms), source: Source::new(source), instrument }
        };
        let found = latest_instruments(vec![
            described("MSFT", 5, "yahoo", "Microsoft"),
            described("AAPL", 5, "yahoo", "Apple"),
            described("AAPL", 9, "ecb", "Apple Inc."),
        ]);
        assert_eq!(
            found.iter().map(|it| &*it.name).collect::<Vec<_>>(),
            ["Apple Inc.", "Microsoft"]
        );
    }
}

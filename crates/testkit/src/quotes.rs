use jiff::Timestamp;
use jiff::tz::TimeZone;
use market::{
    Bar, Basis, Catalog, HistoryQuery, HistoryResult, Instrument, Interval, Kept, Period, Price,
    Quote, Series, SeriesHead, Source, Span, Symbol,
};

/// A price and nothing else: of its instrument's currency, true and received at one
/// instant.
///
/// # Panics
///
/// Where the price is no number.
pub fn bare_quote(instrument: &Instrument, price: f64, source: &str, at: Timestamp) -> Quote {
    Quote {
        instrument: instrument.clone(),
        price: Price::new(price).unwrap(),
        currency: instrument.currency.clone(),
        previous: None,
        day_high: None,
        day_low: None,
        volume: None,
        session: None,
        as_of: Some(at),
        received_at: at,
        source: Source::new(source),
        simulated: false,
        witness: None,
    }
}

/// A close and nothing else, of the day in UTC that it opened on, over.
///
/// # Panics
///
/// Where the close is no number.
pub fn bare_bar(open_time: Timestamp, close: f64) -> Bar {
    Bar {
        open_time,
        date: open_time.to_zoned(TimeZone::UTC).date(),
        open: None,
        high: None,
        low: None,
        close: Price::new(close).unwrap(),
        adj_close: None,
        volume: None,
        provisional: false,
    }
}

/// What a source answered when it was asked for the last days of an instrument: these bars,
/// adjusted for splits, in a currency where it names one.
///
/// # Panics
///
/// Where the currency is none.
pub fn days_answered(
    source: &str,
    symbol: &Symbol,
    currency: Option<&str>,
    (bars, received_at): (Vec<Bar>, Timestamp),
) -> HistoryResult {
    let head = SeriesHead {
        symbol: Catalog::new().canonical(symbol),
        interval: Interval::D1,
        source: Source::new(source),
        currency: currency.map(|it| it.parse().unwrap()),
        basis: Basis::Splits,
    };
    HistoryResult {
        query: HistoryQuery {
            symbol: symbol.clone(),
            interval: Interval::D1,
            span: Span::Period(Period::Days(5)),
            source: None,
        },
        series: Series::new(head, bars),
        actions: Vec::new(),
        instrument: Catalog::new().instrument(symbol),
        session: None,
        received_at,
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        set_aside: Vec::new(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
    }
}

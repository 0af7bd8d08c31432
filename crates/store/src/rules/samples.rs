//! Values for the tests of rules.

use jiff::Timestamp;
use jiff::civil::date;
use market::{
    Bar, Basis, Catalog, HistoryQuery, HistoryResult, Instrument, Interval, Kept, Price, Quote,
    Series, SeriesHead, Source, Span,
};

use crate::rules::bases::{SeriesId, StoredSeries};
use crate::rules::ledger::Entry;
use crate::rules::moment::Moment;
use crate::rules::revision::Revision;

pub(crate) fn instrument() -> Instrument {
    Catalog::new().instrument(&"AAPL".parse().unwrap())
}

pub(crate) fn daily(span: &str) -> HistoryQuery {
    let dates = || {
        let (from, to) = span.split_once("..").unwrap();
        Span::dates(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    };
    let span = span.parse().map_or_else(|_| dates(), Span::Period);
    HistoryQuery { symbol: "AAPL".parse().unwrap(), interval: Interval::D1, span, source: None }
}

/// Bars of these days of October 2025.
pub(crate) fn bars(days: &[i8]) -> Vec<Bar> {
    let bar = |&day: &i8| Bar {
        open_time: format!("2025-10-{day:02}T13:30:00Z").parse().unwrap(),
        date: date(2025, 10, day),
        open: None,
        high: None,
        low: None,
        close: Price::new(f64::from(day)).unwrap(),
        adj_close: None,
        volume: None,
        provisional: false,
    };
    days.iter().map(bar).collect()
}

fn head(source: &str) -> SeriesHead {
    SeriesHead {
        symbol: "AAPL".parse().unwrap(),
        interval: Interval::D1,
        source: Source::new(source),
        currency: "USD".parse().ok(),
        basis: Basis::Splits,
    }
}

/// An answer received on 29 October 2025.
pub(crate) fn answer(span: &str, bars: Vec<Bar>) -> HistoryResult {
    HistoryResult {
        query: daily(span),
        series: Series::new(head("yahoo"), bars),
        actions: Vec::new(),
        instrument: instrument(),
        session: None,
        received_at: "2025-10-29T12:00:00Z".parse().unwrap(),
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: Vec::new(),
    }
}

/// An entry of the ledger without bars, with its span as the ledger spells it.
pub(crate) fn entry(series: i64, span: &str, second: i64) -> Entry {
    let received_at = Timestamp::from_second(second).unwrap();
    let entry = Entry::of(&answer("1mo", vec![]), SeriesId(series), Revision::NONE);
    Entry { span: span.to_owned(), received_at, ..entry }
}

/// A series that is in force since the revision of its own number.
pub(crate) fn stored(id: i64, source: &str, rebased_at: Option<i64>) -> StoredSeries {
    let rebased_at = rebased_at.map(Moment::from_ms);
    StoredSeries { id: SeriesId(id), head: head(source), rebased_at, since: Revision(id) }
}

pub(crate) fn quote(symbol: &str, received_at: Timestamp) -> Quote {
    Quote {
        instrument: Catalog::new().instrument(&symbol.parse().unwrap()),
        price: Price::new(1.0).unwrap(),
        currency: None,
        previous: None,
        day_high: None,
        day_low: None,
        volume: None,
        session: None,
        as_of: None,
        received_at,
        source: Source::new("yahoo"),
        simulated: false,
        witness: None,
    }
}

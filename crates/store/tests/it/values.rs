use jiff::Timestamp;
use jiff::civil::Date;
use market::{
    Bar, Basis, Catalog, HistoryQuery, HistoryResult, Interval, Kept, Previous, PreviousKind,
    Price, Quote, Series, SeriesHead, Session, Source, Span, TradingPeriod,
};

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A round instant, this many seconds on.
pub(crate) fn second(n: i64) -> Timestamp {
    Timestamp::from_second(1_761_739_200 + n).unwrap()
}

pub(crate) fn price(number: f64) -> Price {
    Price::new(number).unwrap()
}

pub(crate) fn daily(symbol: &str, span: &str) -> HistoryQuery {
    let span = span.parse().map_or_else(|_| dates(span), Span::Period);
    HistoryQuery { symbol: symbol.parse().unwrap(), interval: Interval::D1, span, source: None }
}

fn dates(span: &str) -> Span {
    let (from, to) = span.split_once("..").unwrap();
    Span::dates(from.parse().unwrap(), to.parse().unwrap()).unwrap()
}

/// A day of New York trading; `date` is a trading date such as `2025-10-27`.
pub(crate) fn bar(date: &str, close: f64) -> Bar {
    let date: Date = date.parse().unwrap();
    Bar {
        open_time: at(&format!("{date}T13:30:00Z")),
        date,
        open: Some(price(close - 0.25)),
        high: Some(price(close + 0.5)),
        low: Some(price(close - 0.5)),
        close: price(close),
        adj_close: Some(price(close * 0.9)),
        volume: Some(1_234_567.0),
        provisional: false,
    }
}

pub(crate) fn answer(
    question: &HistoryQuery,
    bars: Vec<Bar>,
    received_at: Timestamp,
) -> HistoryResult {
    let head = SeriesHead {
        symbol: question.symbol.clone(),
        interval: question.interval,
        source: Source::new("yahoo"),
        currency: "USD".parse().ok(),
        basis: Basis::Splits,
    };
    HistoryResult {
        query: question.clone(),
        series: Series::new(head, bars),
        actions: Vec::new(),
        instrument: Catalog::new().instrument(&question.symbol),
        session: Some(session()),
        received_at,
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: Vec::new(),
    }
}

pub(crate) fn from(source: &str, mut answer: HistoryResult) -> HistoryResult {
    answer.series.head.source = Source::new(source);
    answer
}

fn session() -> Session {
    let period = |start, end| TradingPeriod { start: at(start), end: at(end) };
    Session {
        pre: Some(period("2025-10-29T08:00:00Z", "2025-10-29T13:30:00Z")),
        regular: period("2025-10-29T13:30:00Z", "2025-10-29T20:00:00Z"),
        post: None,
    }
}

/// A quote with everything in it.
pub(crate) fn quote(symbol: &str, number: f64, received_at: Timestamp) -> Quote {
    let mut instrument = Catalog::new().instrument(&symbol.parse().unwrap());
    instrument.exchange = Some("NMS".into());
    Quote {
        instrument,
        price: price(number),
        currency: "GBp".parse().ok(),
        previous: Some(Previous { price: price(0.1 + 0.2), kind: PreviousKind::DayAgo }),
        day_high: Some(price(number + 1.0)),
        day_low: Some(price(-37.63)),
        volume: Some(9_007_199_254_740_993.0),
        session: Some(session()),
        as_of: Some(at("2025-10-29T19:59:59.955Z")),
        received_at,
        source: Source::new("yahoo"),
        simulated: false,
        witness: None,
    }
}

/// A quote of a source that says little.
pub(crate) fn bare_quote(symbol: &str, received_at: Timestamp) -> Quote {
    let mut instrument = Catalog::new().instrument(&symbol.parse().unwrap());
    instrument.currency = None;
    Quote {
        instrument,
        currency: None,
        previous: None,
        day_high: None,
        day_low: None,
        volume: None,
        session: None,
        as_of: None,
        ..quote(symbol, 1.0, received_at)
    }
}

pub(crate) fn closes(answer: &HistoryResult) -> Vec<f64> {
    answer.series.closes().iter().map(|close| close.get()).collect()
}

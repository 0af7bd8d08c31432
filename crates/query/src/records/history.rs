use jiff::Timestamp;
use jiff::civil::Date;
use market::{Bar, Currency, Freshness, HistoryResult, Price, Span, series_freshness};
use serde::Serialize;
use table::Number;

/// The body of `/history`: dates and closes, and beside them what else is known.
#[derive(Serialize, schemars::JsonSchema)]
pub struct History<'a> {
    symbol: &'a str,
    period: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Date>,
    interval: &'static str,
    timestamp: Timestamp,
    name: &'a str,
    currency: Option<&'a str>,
    basis: &'static str,
    source: &'a str,
    as_of: Option<Timestamp>,
    received_at: Timestamp,
    age_s: i64,
    freshness: &'static str,
    simulated: bool,
    #[serde(rename = "history")]
    rows: Vec<Row>,
}

/// One bar. `date` is the trading date in the exchange's zone.
#[derive(Serialize, schemars::JsonSchema)]
struct Row {
    date: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    open_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    open: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<Number>,
    close: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    adj_close: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume: Option<Number>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    provisional: bool,
}

/// Encodes an answer as `/history` gives it. `age_s` counts from when the
/// answer was received; `as_of` is the last bar's opening.
pub fn history(answer: &HistoryResult, now: Timestamp) -> Vec<u8> {
    let (period, from, to) = match answer.question.span {
        Span::Period(period) => (Some(period.to_string()), None, None),
        Span::Dates { from, to } => (None, Some(from), Some(to)),
    };
    let intraday = answer.question.interval.is_intraday();
    let freshness: Freshness = series_freshness(answer, now);
    let body = History {
        symbol: answer.question.symbol.as_str(),
        period,
        from,
        to,
        interval: answer.question.interval.as_str(),
        timestamp: now,
        name: &answer.instrument.name,
        currency: answer.series.head.currency.as_ref().map(Currency::as_str),
        basis: answer.series.head.basis.as_str(),
        source: answer.series.head.source.as_str(),
        as_of: answer.series.last().map(|bar| bar.open_time),
        received_at: answer.received_at,
        age_s: now.duration_since(answer.received_at).as_secs().max(0),
        freshness: freshness.as_str(),
        simulated: answer.simulated,
        rows: answer.series.bars().map(|bar| row(&bar, intraday)).collect(),
    };
    serde_json::to_vec(&body).expect("texts and finite numbers are always JSON")
}

fn row(bar: &Bar, intraday: bool) -> Row {
    let number = |price: Price| Number(price.get());
    Row {
        date: bar.date,
        open_time: intraday.then_some(bar.open_time),
        open: bar.open.map(number),
        high: bar.high.map(number),
        low: bar.low.map(number),
        close: number(bar.close),
        adj_close: bar.adj_close.map(number),
        volume: bar.volume.map(Number),
        provisional: bar.provisional,
    }
}

//! Series side by side.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Bar, Currency, Interval, Price, Series, Symbol};
use serde::Serialize;
use table::{Built, Column, Constant, Rows};

use crate::aligned::Aligned;
use crate::page::Order;
use crate::view::PriceView;

/// Which figure of each bar stands in a table of several series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Field {
    /// The first price.
    Open,
    /// The highest price.
    High,
    /// The lowest price.
    Low,
    /// The last price.
    #[default]
    Close,
    /// What was traded.
    Volume,
}

impl Field {
    /// All fields, the usual one first.
    pub const ALL: [Self; 5] = [Self::Close, Self::Open, Self::High, Self::Low, Self::Volume];

    /// Its name, as the column of bars has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::High => "high",
            Self::Low => "low",
            Self::Close => "close",
            Self::Volume => "volume",
        }
    }

    fn of(self, bar: &Bar) -> Option<f64> {
        match self {
            Self::Open => bar.open.map(Price::get),
            Self::High => bar.high.map(Price::get),
            Self::Low => bar.low.map(Price::get),
            Self::Close => Some(bar.close.get()),
            Self::Volume => bar.volume,
        }
    }
}

/// The columns of a table of no series: each series adds one of its own.
pub fn columns() -> Vec<Column> {
    rows(&[], Field::Close, true, Order::OldestFirst).columns().to_vec()
}

/// Series side by side: a row for each trading date that any of them has, or
/// each instant within a day, and a column for each series. Where one has no
/// bar its cell is empty; nothing is carried forward.
pub(crate) fn rows(
    series: &[(&Symbol, Option<&Series>)],
    field: Field,
    intraday: bool,
    order: Order,
) -> Built {
    let key = |bar: &Bar| (bar.date, intraday.then_some(bar.open_time));
    let bars = series.iter().filter_map(|(_, series)| *series).flat_map(Series::bars);
    let mut keys: Vec<Key> = bars.map(|bar| key(&bar)).collect();
    keys.sort_unstable();
    keys.dedup();
    if order == Order::NewestFirst {
        keys.reverse();
    }
    let rows = Built::of(keys.len()).date("date", keys.iter().map(|(date, _)| Some(*date)));
    let rows =
        if intraday { rows.instant("open_time", keys.iter().map(|(_, at)| *at)) } else { rows };
    series.iter().fold(rows, |rows, (symbol, series)| {
        let bars = series.iter().copied().flat_map(Series::bars);
        let cells: BTreeMap<Key, Option<f64>> =
            bars.map(|bar| (key(&bar), field.of(&bar))).collect();
        rows.number(symbol.to_string(), keys.iter().map(|key| cells.get(key).copied().flatten()))
    })
}

/// What is said once about series side by side.
#[derive(Serialize, schemars::JsonSchema)]
pub struct AlignedHead<'a> {
    interval: &'static str,
    field: &'a str,
    adjust: String,
    series: Vec<SeriesJson<'a>>,
    problems: Vec<ProblemJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known_at: Option<Timestamp>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct SeriesJson<'a> {
    symbol: &'a str,
    name: &'a str,
    currency: Option<&'a str>,
    source: &'a str,
    received_at: Timestamp,
    freshness: &'static str,
    simulated: bool,
}

/// Why one of the series is not there.
#[derive(Serialize, schemars::JsonSchema)]
struct ProblemJson<'a> {
    symbol: &'a str,
    r#type: String,
    detail: String,
}

impl<'a> AlignedHead<'a> {
    /// What holds for all of the series.
    pub(crate) fn new(
        all: &'a [Aligned],
        (interval, field, view): (Interval, Field, PriceView),
    ) -> Self {
        let problem = |it: &'a Aligned| {
            let refusal = it.found.as_ref().err()?;
            Some(ProblemJson {
                symbol: it.symbol.as_str(),
                r#type: refusal.problem_type().to_owned(),
                detail: refusal.to_string(),
            })
        };
        Self {
            interval: interval.as_str(),
            field: field.name(),
            adjust: view.adjust.to_string(),
            series: all.iter().filter_map(SeriesJson::new).collect(),
            problems: all.iter().filter_map(problem).collect(),
            known_at: view.known_at,
        }
    }

    /// One freshness for the whole row: the worst.
    pub(crate) fn constants(&self) -> Vec<(&'static str, Constant)> {
        let any = |word: &str| self.series.iter().any(|series| series.freshness == word);
        let worst = ["simulated", "stale"].into_iter().find(|word| any(word)).unwrap_or("fresh");
        vec![
            ("field", Constant::text(self.field)),
            ("adjust", Constant::text(&self.adjust)),
            ("freshness", Constant::text(worst)),
            ("simulated", Constant::Flag(self.series.iter().any(|series| series.simulated))),
            ("currencies", self.each(|series| series.currency.unwrap_or("unknown"))),
            ("sources", self.each(|series| series.source)),
        ]
    }

    /// What is true of each series, in one text: `AAPL=USD CAC40=EUR`.
    fn each(&self, fact: impl Fn(&SeriesJson<'a>) -> &'a str) -> Constant {
        let pair = |series: &SeriesJson<'a>| format!("{}={}", series.symbol, fact(series));
        Constant::text(&self.series.iter().map(pair).collect::<Vec<_>>().join(" "))
    }
}

impl<'a> SeriesJson<'a> {
    fn new(aligned: &'a Aligned) -> Option<Self> {
        let (bars, _) = aligned.found.as_ref().ok()?;
        let answer = &bars.answer;
        Some(Self {
            symbol: aligned.symbol.as_str(),
            name: &answer.instrument.name,
            currency: answer.series.head.currency.as_ref().map(Currency::as_str),
            source: answer.series.head.source.as_str(),
            received_at: answer.received_at,
            freshness: bars.freshness.as_str(),
            simulated: answer.simulated,
        })
    }
}

type Key = (Date, Option<Timestamp>);

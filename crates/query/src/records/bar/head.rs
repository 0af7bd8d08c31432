use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Adjust, Currency, Freshness, HistoryResult, Indicator, Span};
use serde::Serialize;

use table::Constant;

/// What is said once about all bars.
#[derive(Serialize, schemars::JsonSchema)]
pub struct BarsHead<'a> {
    symbol: &'a str,
    name: &'a str,
    interval: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Date>,
    adjust: String,
    currency: Option<&'a str>,
    time_zone: &'a str,
    source: &'a str,
    /// When the last bar opened.
    as_of: Option<Timestamp>,
    received_at: Timestamp,
    freshness: &'static str,
    simulated: bool,
    /// The instant asked about, where it is not the present.
    #[serde(skip_serializing_if = "Option::is_none")]
    known_at: Option<Timestamp>,
    /// Leads to the rest.
    next: Option<String>,
    /// What was asked to be computed; absent where nothing was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    indicators: Vec<IndicatorJson>,
}

/// What an indicator's columns are.
#[derive(Serialize, schemars::JsonSchema)]
struct IndicatorJson {
    /// As it was asked for.
    name: String,
    /// The fields of each bar that it fills.
    columns: Vec<String>,
    /// How it is computed.
    formula: String,
    /// How many bars at the beginning of the question lack at least one of its figures.
    warm_up: usize,
}

impl IndicatorJson {
    fn new(indicator: Indicator) -> Self {
        Self {
            name: indicator.to_string(),
            columns: indicator.columns(),
            formula: indicator.formula(),
            warm_up: indicator.warm_up(),
        }
    }
}

impl<'a> BarsHead<'a> {
    /// What holds for the bars of an answer. `next` leads to the rest.
    pub fn new(
        answer: &'a HistoryResult,
        adjust: Adjust,
        known_at: Option<Timestamp>,
        freshness: Freshness,
        next: Option<String>,
    ) -> Self {
        let (period, from, to) = match answer.question.span {
            Span::Period(period) => (Some(period.to_string()), None, None),
            Span::Dates { from, to } => (None, Some(from), Some(to)),
        };
        Self {
            symbol: answer.question.symbol.as_str(),
            name: &answer.instrument.name,
            interval: answer.question.interval.as_str(),
            period,
            from,
            to,
            adjust: adjust.to_string(),
            currency: answer.series.head.currency.as_ref().map(Currency::as_str),
            time_zone: &answer.instrument.time_zone,
            source: answer.series.head.source.as_str(),
            as_of: answer.series.last().map(|bar| bar.open_time),
            received_at: answer.received_at,
            freshness: freshness.as_str(),
            simulated: answer.simulated,
            known_at,
            next,
            indicators: Vec::new(),
        }
    }

    /// The same with what its rows hold besides.
    #[must_use]
    pub fn with(self, indicators: &[Indicator]) -> Self {
        Self { indicators: indicators.iter().copied().map(IndicatorJson::new).collect(), ..self }
    }

    /// What each row repeats in a form without a head.
    pub fn constants(&self) -> Vec<(&'static str, Constant)> {
        vec![
            ("symbol", Constant::text(self.symbol)),
            ("currency", Constant::Text(self.currency.map(Arc::from))),
            ("source", Constant::text(self.source)),
            ("adjust", Constant::text(&self.adjust)),
            ("received_at", Constant::Instant(Some(self.received_at))),
            ("freshness", Constant::text(self.freshness)),
            ("simulated", Constant::Flag(self.simulated)),
        ]
    }
}

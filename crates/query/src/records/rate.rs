//! Rates between currencies, and amounts converted by them.

use engine::{Rate, Step};
use jiff::Timestamp;
use jiff::civil::Date;
use market::Currency;
use serde::Serialize;
use table::{Number, in_fifteen_digits};

/// What one unit of `base` costs in `quote`, and by which pairs that is known.
#[derive(Serialize, schemars::JsonSchema)]
pub struct RateJson<'a> {
    base: &'a str,
    quote: &'a str,
    rate: Number,
    /// The day asked for.
    date: Option<Date>,
    /// The day whose rate it is.
    rate_date: Option<Date>,
    path: Vec<StepJson<'a>>,
    freshness: &'static str,
    simulated: bool,
    timestamp: Timestamp,
}

/// One pair: its price was multiplied by, or divided by where `inverted`.
#[derive(Serialize, schemars::JsonSchema)]
struct StepJson<'a> {
    symbol: &'a str,
    price: Number,
    inverted: bool,
    source: &'a str,
    /// Of a latest price: when it was true, where its source says.
    as_of: Option<Timestamp>,
    /// Of a day's price: which day.
    date: Option<Date>,
    received_at: Timestamp,
    freshness: &'static str,
    simulated: bool,
}

/// An amount in another currency.
#[derive(Serialize, schemars::JsonSchema)]
pub struct ConversionJson<'a> {
    from: &'a str,
    to: &'a str,
    amount: Number,
    result: Number,
    #[serde(flatten)]
    rate: RateJson<'a>,
}

/// The body of `/v1/fx/{base}/{quote}`.
pub fn rate(rate: &Rate, asked: Option<Date>, now: Timestamp) -> Vec<u8> {
    encoded(&rate_json(rate, asked, now))
}

/// The body of `/v1/fx/convert`: an amount of the rate's base, and what it comes
/// to. Both are finite.
pub fn conversion(
    rate: &Rate,
    (amount, result): (f64, f64),
    asked: Option<Date>,
    now: Timestamp,
) -> Vec<u8> {
    encoded(&ConversionJson {
        from: Currency::as_str(&rate.base),
        to: Currency::as_str(&rate.quote),
        amount: Number(amount),
        result: Number(in_fifteen_digits(result)),
        rate: rate_json(rate, asked, now),
    })
}

fn encoded(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("texts and finite numbers are always JSON")
}

fn rate_json(rate: &Rate, asked: Option<Date>, now: Timestamp) -> RateJson<'_> {
    RateJson {
        base: rate.base.as_str(),
        quote: rate.quote.as_str(),
        rate: Number(in_fifteen_digits(rate.rate)),
        date: asked,
        rate_date: rate.date(),
        path: rate.steps.iter().map(step_json).collect(),
        freshness: rate.freshness().as_str(),
        simulated: rate.simulated,
        timestamp: now,
    }
}

fn step_json(step: &Step) -> StepJson<'_> {
    StepJson {
        symbol: step.symbol.as_str(),
        price: Number(step.price.get()),
        inverted: step.inverted,
        source: step.source.as_str(),
        as_of: step.as_of.filter(|_| step.date.is_none()),
        date: step.date,
        received_at: step.received_at,
        freshness: step.freshness.as_str(),
        simulated: step.simulated,
    }
}

use engine::Engine;
use jiff::Timestamp;
use market::{Currency, Instrument, PreviousKind, Price, Quote};
use serde::Serialize;

use super::answered::Answered;
use super::periods::{Day, Days};
use crate::yahoo::instrument::{kind, offset, opens};
use crate::yahoo::places;
use crate::yahoo::stretch::RANGES;

/// What a chart says of its instrument and of now. What is not known is left out, but
/// for those members without which clients give up.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::yahoo) struct Meta<'a> {
    currency: Option<&'a str>,
    symbol: &'a str,
    exchange_name: &'a str,
    full_exchange_name: &'a str,
    instrument_type: &'static str,
    first_trade_date: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regular_market_time: Option<i64>,
    has_pre_post_market_data: bool,
    gmtoffset: i32,
    timezone: String,
    exchange_timezone_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    regular_market_price: Option<f64>,
    #[serde(flatten)]
    day: Figures,
    long_name: &'a str,
    short_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    chart_previous_close: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_close: Option<f64>,
    price_hint: u8,
    current_trading_period: Day,
    #[serde(skip_serializing_if = "Option::is_none")]
    trading_periods: Option<Days>,
    data_granularity: &'static str,
    range: String,
    valid_ranges: [&'static str; 11],
    marketpulse: Provenance<'a>,
}

/// What a quote says of its day and year.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Figures {
    #[serde(skip_serializing_if = "Option::is_none")]
    regular_market_day_high: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regular_market_day_low: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regular_market_volume: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fifty_two_week_high: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fifty_two_week_low: Option<f64>,
}

/// What this service says of an answer beyond the protocol.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Provenance<'a> {
    source: &'a str,
    freshness: &'static str,
    simulated: bool,
    /// Whether all is there that was asked for; null where that cannot be known.
    complete: Option<bool>,
    /// How many bars are missing.
    missing: usize,
    received_at: Timestamp,
    /// Since when its source has given the same answer, but for prices.
    known_since: Timestamp,
}

impl<'a> Meta<'a> {
    pub(in crate::yahoo) fn of(answered: &'a Answered, engine: &Engine) -> Self {
        let (answer, now) = (&*answered.bars.answer, engine.now());
        let instrument = &answer.instrument;
        let latest = answered.latest.as_ref();
        let quote = latest.and_then(|latest| latest.quote.as_ref());
        let (gmtoffset, timezone) = offset(&instrument.zone(), now);
        let (exchange_name, full_exchange_name) = places::of(instrument);
        let previous = quote.and_then(previous_close);
        Self {
            currency: answer.series.head.currency.as_ref().map(Currency::as_str),
            symbol: &answered.asked.spelt,
            exchange_name,
            full_exchange_name,
            instrument_type: kind(instrument).0,
            first_trade_date: first_trade(answered, instrument),
            regular_market_time: latest.map(|latest| latest.at.as_second()),
            // There is none in the bars told here.
            has_pre_post_market_data: false,
            gmtoffset,
            timezone,
            exchange_timezone_name: &instrument.time_zone,
            regular_market_price: latest.map(|latest| latest.price),
            day: quote.map(Figures::of).unwrap_or_default(),
            long_name: instrument.name.as_str(),
            short_name: instrument.name.as_str(),
            chart_previous_close: previous
                .filter(|_| is_of_one_day(answered, quote))
                .or(answered.before.map(Price::get)),
            previous_close: previous.filter(|_| answered.question.interval.is_intraday()),
            price_hint: instrument.price_decimals,
            current_trading_period: Day::current(answer, now),
            trading_periods: Days::of(answered),
            data_granularity: answered.question.interval.as_str(),
            range: answered.question.range(),
            valid_ranges: RANGES,
            marketpulse: Provenance::of(answered),
        }
    }
}

/// Where no source says, it is null, as it is of some instruments there.
fn first_trade(answered: &Answered, instrument: &Instrument) -> Option<i64> {
    let session = answered.bars.answer.session.as_ref();
    let first = instrument.first_trade?;
    Some(opens(instrument, session, first).as_second())
}

fn previous_close(quote: &Quote) -> Option<f64> {
    let previous = quote.previous.filter(|it| it.kind == PreviousKind::Close);
    previous.map(|it| it.price.get())
}

/// Whether a chart is of the day of the quote alone, so that the close before the one
/// is the close before the other.
fn is_of_one_day(answered: &Answered, quote: Option<&Quote>) -> bool {
    let (dates, zone) = (answered.series.dates(), answered.bars.answer.instrument.zone());
    let of_quote = quote.and_then(|quote| quote.as_of).map(|at| at.to_zoned(zone).date());
    dates.first() == dates.last() && dates.first().copied() == of_quote
}

impl Figures {
    fn of(quote: &Quote) -> Self {
        let witness = quote.witness.as_deref();
        Self {
            regular_market_day_high: quote.day_high.map(Price::get),
            regular_market_day_low: quote.day_low.map(Price::get),
            regular_market_volume: quote.volume.map(|volume| volume as u64),
            fifty_two_week_high: witness.and_then(|it| it.year_high).map(Price::get),
            fifty_two_week_low: witness.and_then(|it| it.year_low).map(Price::get),
        }
    }
}

impl<'a> Provenance<'a> {
    fn of(answered: &'a Answered) -> Self {
        let answer = &*answered.bars.answer;
        let coverage = answer.coverage();
        Self {
            source: answer.series.head.source.as_str(),
            freshness: answered.bars.freshness.as_str(),
            simulated: answer.simulated,
            complete: coverage.complete.filter(|_| !answered.lacks_first_day()),
            missing: coverage.missing,
            received_at: answer.received_at,
            known_since: answer.kept.same_since.unwrap_or(answer.received_at),
        }
    }
}

use std::time::Duration;

use engine::Entry;
use jiff::Timestamp;
use market::{MarketState, PreviousKind, Price, Quote, market_state};
use serde::Serialize;

use super::instrument::{kind, market, offset, opens, state};
use super::places;

/// What is held of one instrument, as `/v7/finance/quote` tells it. Widely used clients
/// refuse a row that lacks one of the members that are always here.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    language: &'static str,
    region: &'static str,
    quote_type: &'static str,
    type_disp: &'static str,
    quote_source_name: String,
    triggerable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    market_state: &'static str,
    tradeable: bool,
    exchange: String,
    exchange_timezone_name: String,
    exchange_timezone_short_name: String,
    gmt_off_set_milliseconds: i64,
    market: String,
    esg_populated: bool,
    price_hint: u8,
    /// How often the price is looked at, in minutes.
    source_interval: u64,
    /// How old the price is while its market is open, in minutes.
    exchange_data_delayed_by: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_trade_date_milliseconds: Option<i64>,
    full_exchange_name: String,
    short_name: String,
    long_name: String,
    symbol: String,
    #[serde(flatten)]
    figures: Option<Figures>,
}

/// The price and what belongs to it; absent where there is none.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Figures {
    regular_market_price: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    regular_market_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regular_market_change: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regular_market_change_percent: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regular_market_previous_close: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regular_market_day_high: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regular_market_day_low: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regular_market_day_range: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regular_market_volume: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fifty_two_week_high: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fifty_two_week_low: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fifty_two_week_range: Option<String>,
}

impl Row {
    /// The row of an instrument under the name that it was asked for by.
    pub(super) fn of(
        refresh_every: Duration,
        entry: &Entry,
        spelt: String,
        now: Timestamp,
    ) -> Self {
        let (instrument, quote) = (&entry.instrument, entry.quote.as_ref());
        let (quote_type, type_disp) = kind(instrument);
        let (code, name) = places::of(instrument);
        let (seconds, zone) = offset(&instrument.zone(), now);
        let session = quote.and_then(|quote| quote.session.as_ref());
        let first = instrument.first_trade.map(|first| opens(instrument, session, first));
        let state_now = quote.and_then(|quote| market_state(quote, now));
        Self {
            language: "en-US",
            region: "US",
            quote_type,
            type_disp,
            quote_source_name: quote.map(|it| it.source.to_string()).unwrap_or_default(),
            triggerable: false,
            currency: currency(entry),
            market_state: state(state_now),
            tradeable: false,
            exchange: code.to_owned(),
            exchange_timezone_name: instrument.time_zone.clone(),
            exchange_timezone_short_name: zone,
            gmt_off_set_milliseconds: i64::from(seconds) * 1_000,
            market: market(instrument),
            esg_populated: false,
            price_hint: instrument.price_decimals,
            source_interval: refresh_every.as_secs() / 60,
            exchange_data_delayed_by: delay(entry, state_now, now),
            first_trade_date_milliseconds: first.map(Timestamp::as_millisecond),
            full_exchange_name: name.to_owned(),
            short_name: instrument.name.to_string(),
            long_name: instrument.name.to_string(),
            symbol: spelt,
            figures: quote.map(Figures::of),
        }
    }
}

/// As its source counts the price, or as the instrument is known to be counted.
fn currency(entry: &Entry) -> Option<String> {
    let stated = entry.quote.as_ref().and_then(|quote| quote.currency.as_ref());
    stated.or(entry.instrument.currency.as_ref()).map(ToString::to_string)
}

/// A price of a market that rests is not late, however old it is.
fn delay(entry: &Entry, state: Option<MarketState>, now: Timestamp) -> i64 {
    let age = entry.age(now).filter(|_| state == Some(MarketState::Open));
    age.map_or(0, |age| age.as_mins())
}

impl Figures {
    fn of(quote: &Quote) -> Self {
        let witness = quote.witness.as_deref();
        let (low, high) = (quote.day_low.map(Price::get), quote.day_high.map(Price::get));
        let year_low = witness.and_then(|it| it.year_low).map(Price::get);
        let year_high = witness.and_then(|it| it.year_high).map(Price::get);
        let previous = quote.previous.filter(|it| it.kind == PreviousKind::Close);
        Self {
            regular_market_price: quote.price.get(),
            regular_market_time: quote.as_of.map(Timestamp::as_second),
            regular_market_change: quote.change(),
            regular_market_change_percent: quote.change_percent(),
            regular_market_previous_close: previous.map(|it| it.price.get()),
            regular_market_day_high: high,
            regular_market_day_low: low,
            regular_market_day_range: range(low, high),
            regular_market_volume: quote.volume.map(|volume| volume as u64),
            fifty_two_week_high: year_high,
            fifty_two_week_low: year_low,
            fifty_two_week_range: range(year_low, year_high),
        }
    }
}

fn range(low: Option<f64>, high: Option<f64>) -> Option<String> {
    let (low, high) = low.zip(high)?;
    Some(format!("{low} - {high}"))
}

//! What the vendor's clients read. Numbers are texts there; what is not known is left
//! out.

use engine::{Entry, Rate};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use market::{Currency, Instrument, Kind, MarketState, PreviousKind, Price, Quote};
use query::records::quote::without_noise;
use serde::Serialize;
use table::{Number, in_fifteen_digits, json};

use super::question::Pair;

/// How numbers are spelt: with so many decimals, or all of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spelling(pub(super) Option<usize>);

impl Spelling {
    pub(super) fn number(self, number: f64) -> String {
        match self.0 {
            Some(decimals) => format!("{number:.decimals$}"),
            None => json(&Number(number)).get().to_owned(),
        }
    }

    pub(super) fn price(self, price: Option<Price>) -> Option<String> {
        price.map(|price| self.number(price.get()))
    }
}

/// The vendor's name of a kind.
pub(super) fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Equity => "Common Stock",
        Kind::Etf => "ETF",
        Kind::Fund => "Mutual Fund",
        Kind::Index => "Index",
        Kind::Currency => "Physical Currency",
        Kind::Crypto => "Digital Currency",
        Kind::Future => "Future",
        Kind::Option => "Option",
        Kind::Rate => "Interest Rate",
    }
}

pub(super) fn exchange(instrument: &Instrument) -> Option<&str> {
    instrument.exchange.as_deref()
}

/// The latest price alone.
#[derive(Serialize)]
pub(super) struct PriceOnly {
    price: String,
}

impl PriceOnly {
    pub(super) fn of(quote: &Quote, spelling: Spelling) -> Self {
        Self { price: spelling.number(quote.price.get()) }
    }
}

/// The latest price with what belongs to it.
#[derive(Serialize)]
pub(super) struct QuoteBody<'a> {
    symbol: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mic_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    datetime: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_quote_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<String>,
    close: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_close: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent_change: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_market_open: Option<bool>,
}

impl<'a> QuoteBody<'a> {
    /// Its time is when the price was true, however old that is.
    pub(super) fn of(
        entry: &'a Entry,
        quote: &'a Quote,
        (spelling, zone): (Spelling, &TimeZone),
        now: Timestamp,
    ) -> Self {
        let instrument = &entry.instrument;
        let close = quote.previous.filter(|previous| previous.kind == PreviousKind::Close);
        let difference = |number: f64| spelling.number(without_noise(number));
        let date = |at: Timestamp| at.to_zoned(zone.clone()).date().to_string();
        Self {
            symbol: instrument.symbol.as_str(),
            name: &instrument.name,
            exchange: exchange(instrument),
            mic_code: instrument.mic.as_deref(),
            currency: quote.currency.as_ref().map(Currency::as_str),
            datetime: quote.as_of.map(date),
            timestamp: quote.as_of.map(Timestamp::as_second),
            last_quote_at: quote.as_of.map(Timestamp::as_second),
            high: spelling.price(quote.day_high),
            low: spelling.price(quote.day_low),
            close: spelling.number(quote.price.get()),
            volume: quote.volume.map(|volume| Spelling(None).number(volume)),
            previous_close: spelling.price(close.map(|previous| previous.price)),
            change: quote.change().map(difference),
            percent_change: quote.change_percent().map(difference),
            is_market_open: market::market_state(quote, now).map(|it| it == MarketState::Open),
        }
    }
}

/// What one currency costs in another.
#[derive(Serialize)]
pub(super) struct RateBody {
    symbol: String,
    rate: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<i64>,
}

impl RateBody {
    /// Its time is that of the older of two prices it was made of.
    pub(super) fn of(pair: &Pair, rate: &Rate) -> Self {
        let days = rate.steps.iter().filter_map(|step| step.date);
        let midnights = days.filter_map(|date| date.to_zoned(TimeZone::UTC).ok());
        let midnights = midnights.map(|midnight| midnight.timestamp());
        let instants = rate.steps.iter().filter(|it| it.date.is_none()).filter_map(|it| it.as_of);
        Self {
            symbol: format!("{}/{}", pair.base, pair.quote),
            rate: Number(in_fifteen_digits(rate.rate)),
            timestamp: midnights.chain(instants).min().map(Timestamp::as_second),
        }
    }

    /// The fields of its row.
    pub(super) fn fields(&self) -> [(&'static str, Option<String>); 3] {
        [
            ("symbol", Some(self.symbol.clone())),
            ("rate", Some(Spelling(None).number(self.rate.0))),
            ("timestamp", self.timestamp.map(|at| at.to_string())),
        ]
    }
}

/// The vendor's indicators that are computed here, by name: none.
#[derive(Serialize)]
pub(super) struct Indicators {
    pub(super) data: NoIndicators,
    pub(super) status: &'static str,
}

/// An object without members.
#[derive(Serialize)]
pub(super) struct NoIndicators {}

/// What a search found.
#[derive(Serialize)]
pub(super) struct FoundBody<'a> {
    data: Vec<FoundRow<'a>>,
    status: &'static str,
}

#[derive(Serialize)]
struct FoundRow<'a> {
    symbol: &'a str,
    instrument_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mic_code: Option<&'a str>,
    exchange_timezone: &'a str,
    instrument_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
}

impl<'a> FoundBody<'a> {
    pub(super) fn of(found: &'a [Instrument], count: usize) -> Self {
        let row = |it: &'a Instrument| FoundRow {
            symbol: it.symbol.as_str(),
            instrument_name: &it.name,
            exchange: exchange(it),
            mic_code: it.mic.as_deref(),
            exchange_timezone: &it.time_zone,
            instrument_type: type_of(it.kind),
            currency: it.currency.as_ref().map(Currency::as_str),
        };
        Self { data: found.iter().take(count).map(row).collect(), status: "ok" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_texts_with_as_many_decimals_as_asked_for() {
        assert_eq!(Spelling(Some(5)).number(307.44), "307.44000");
        assert_eq!(Spelling(Some(0)).number(307.5), "308");
        assert_eq!(Spelling(None).number(307.44), "307.44");
        assert_eq!(Spelling(None).number(53_953.0), "53953");
    }
}

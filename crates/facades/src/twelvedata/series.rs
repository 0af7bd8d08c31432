use jiff::tz::TimeZone;
use market::{Bar, Currency, Instrument, Interval};
use serde::Serialize;

use super::shape::{Spelling, exchange, type_of};
use super::time::interval_name;

/// Bars of one instrument.
#[derive(Serialize)]
pub(super) struct Series<'a> {
    meta: Meta<'a>,
    pub(super) values: Vec<Values>,
    status: &'static str,
}

#[derive(Serialize)]
struct Meta<'a> {
    symbol: &'a str,
    interval: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency_base: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency_quote: Option<&'a str>,
    exchange_timezone: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mic_code: Option<&'a str>,
    r#type: &'static str,
}

/// One bar.
#[derive(Serialize)]
pub(super) struct Values {
    datetime: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    open: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<String>,
    close: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume: Option<String>,
}

impl<'a> Series<'a> {
    pub(super) fn of(
        instrument: &'a Instrument,
        interval: Interval,
        currency: Option<&'a Currency>,
        values: Vec<Values>,
    ) -> Self {
        let pair = instrument.symbol.pair();
        let meta = Meta {
            symbol: instrument.symbol.as_str(),
            interval: interval_name(interval),
            currency: currency.map(Currency::as_str).filter(|_| pair.is_none()),
            currency_base: pair.map(|(base, _)| base),
            currency_quote: pair.map(|(_, quote)| quote),
            exchange_timezone: &instrument.time_zone,
            exchange: exchange(instrument),
            mic_code: instrument.mic.as_deref(),
            r#type: type_of(instrument.kind),
        };
        Self { meta, values, status: "ok" }
    }
}

impl Values {
    /// A bar, dated where it trades or timed in a zone.
    pub(super) fn of(bar: &Bar, spelling: Spelling, zone: Option<&TimeZone>) -> Self {
        let opened = |zone: &TimeZone| {
            bar.open_time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
        };
        Self {
            datetime: zone.map_or_else(|| bar.date.to_string(), opened),
            open: spelling.price(bar.open),
            high: spelling.price(bar.high),
            low: spelling.price(bar.low),
            close: spelling.number(bar.close.get()),
            volume: bar.volume.map(|volume| Spelling(None).number(volume)),
        }
    }

    /// The fields of a row, in the order of the vendor's files.
    pub(super) fn fields(&self) -> [(&'static str, Option<&str>); 6] {
        [
            ("datetime", Some(&self.datetime)),
            ("open", self.open.as_deref()),
            ("high", self.high.as_deref()),
            ("low", self.low.as_deref()),
            ("close", Some(&self.close)),
            ("volume", self.volume.as_deref()),
        ]
    }
}

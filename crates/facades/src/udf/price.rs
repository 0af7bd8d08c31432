use engine::Entry;
use jiff::Timestamp;
use market::PreviousKind;
use query::records::quote::without_noise;
use serde::Serialize;
use table::Number;

use super::shape::place;
use crate::named::named;

/// The latest price of one instrument, or that there is none.
#[derive(Serialize)]
pub(super) struct QuoteRow {
    s: &'static str,
    n: String,
    v: QuoteValues,
}

#[derive(Default, Serialize)]
struct QuoteValues {
    #[serde(skip_serializing_if = "Option::is_none")]
    ch: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chp: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lp: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high_price: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    low_price: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prev_close_price: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume: Option<Number>,
    short_name: String,
    exchange: String,
    description: String,
    original_name: String,
}

impl QuoteRow {
    /// What is held under the name that was asked for. A price that is not fresh says
    /// so in its description, where a reader sees it.
    pub(super) fn of(asked: &str, entry: &Entry, now: Timestamp) -> Self {
        let instrument = &entry.instrument;
        let described = QuoteValues {
            short_name: instrument.symbol.to_string(),
            exchange: place(instrument).to_owned(),
            description: named(entry, now),
            original_name: instrument.symbol.to_string(),
            ..QuoteValues::default()
        };
        let n = asked.to_owned();
        let Some(quote) = &entry.quote else { return Self { s: "error", n, v: described } };
        let close = quote.previous.filter(|previous| previous.kind == PreviousKind::Close);
        let v = QuoteValues {
            ch: quote.change().map(difference),
            chp: quote.change_percent().map(difference),
            lp: Some(Number(quote.price.get())),
            high_price: quote.day_high.map(|price| Number(price.get())),
            low_price: quote.day_low.map(|price| Number(price.get())),
            prev_close_price: close.map(|previous| Number(previous.price.get())),
            volume: quote.volume.map(Number),
            ..described
        };
        Self { s: "ok", n, v }
    }

    /// That there is no such instrument.
    pub(super) fn unknown(asked: &str, why: String) -> Self {
        let v = QuoteValues { description: why, ..QuoteValues::default() };
        Self { s: "error", n: asked.to_owned(), v }
    }
}

fn difference(number: f64) -> Number {
    Number(without_noise(number))
}

/// The prices of several instruments.
#[derive(Serialize)]
pub(super) struct Quotes {
    pub(super) s: &'static str,
    pub(super) d: Vec<QuoteRow>,
}

use jiff::Timestamp;
use jiff::tz::TimeZone;
use market::{Bar, Instrument, Price, Quote, Source};

/// A price and nothing else: of its instrument's currency, true and received at one
/// instant.
///
/// # Panics
///
/// Where the price is no number.
pub fn bare_quote(instrument: &Instrument, price: f64, source: &str, at: Timestamp) -> Quote {
    Quote {
        instrument: instrument.clone(),
        price: Price::new(price).unwrap(),
        currency: instrument.currency.clone(),
        previous: None,
        day_high: None,
        day_low: None,
        volume: None,
        session: None,
        as_of: Some(at),
        received_at: at,
        source: Source::new(source),
        simulated: false,
        witness: None,
    }
}

/// A close and nothing else, of the day in UTC that it opened on, over.
///
/// # Panics
///
/// Where the close is no number.
pub fn bare_bar(open_time: Timestamp, close: f64) -> Bar {
    Bar {
        open_time,
        date: open_time.to_zoned(TimeZone::UTC).date(),
        open: None,
        high: None,
        low: None,
        close: Price::new(close).unwrap(),
        adj_close: None,
        volume: None,
        provisional: false,
    }
}

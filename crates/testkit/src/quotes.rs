use jiff::Timestamp;
use market::{Instrument, Price, Quote, Source};

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

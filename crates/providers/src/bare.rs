use jiff::Timestamp;
use market::{Instrument, Price, Quote, Source};

/// A price of an instrument, of which nothing else is known.
pub(crate) fn quote(
    source: &'static str,
    instrument: Instrument,
    price: Price,
    received_at: Timestamp,
) -> Quote {
    Quote {
        currency: instrument.currency.clone(),
        instrument,
        price,
        previous: None,
        day_high: None,
        day_low: None,
        volume: None,
        session: None,
        as_of: None,
        received_at,
        source: Source::new(source),
        simulated: false,
        witness: None,
    }
}

//! What a stream leaves unsaid, and where it may be taken from.
//!
//! The name of an instrument and the hours of a trading day describe the
//! instrument: whoever states them, they hold. The close before, the day's range and
//! the volume belong to one source and one day, and are taken over from nobody
//! else and from no other day: a change counted from another source's close, or
//! from the close before yesterday's, would be wrong and look right.

use jiff::Timestamp;
use market::{Instrument, MarketState, Price, Quote, Session, Tick};

/// A price out of a stream as a quote.
#[derive(Debug, PartialEq)]
pub(super) struct Completed {
    pub(super) quote: Quote,
    /// The same without what was taken over: by this it is judged.
    pub(super) said: Quote,
    /// Whether a poll could add nothing that is missing.
    pub(super) is_whole: bool,
}

/// Completes a price from what is held of the instrument; `described` is what is
/// known of it where nothing is, or only what is simulated.
///
/// `None` for a price that cannot replace the one held: one from
/// before the open or after the close, or one that does not say when it was true
/// where the other does.
pub(super) fn completed(
    tick: &Tick,
    held: Option<&Quote>,
    simulated: bool,
    described: impl FnOnce() -> Instrument,
) -> Option<Completed> {
    let held = held.filter(|held| held.simulated == simulated);
    let is_regular = !matches!(tick.state, Some(MarketState::Pre | MarketState::Post));
    let says_less = tick.as_of.is_none() && held.is_some_and(|held| held.as_of.is_some());
    if !is_regular || says_less {
        return None;
    }
    let instrument = held.map_or_else(described, |held| held.instrument.clone());
    let own = held.filter(|held| held.source == tick.source);
    let day = own.filter(|own| is_same_day(own, tick.as_of));
    let session =
        held.and_then(|held| held.session).filter(|it| is_of(it, tick.as_of, &instrument));
    let currency = tick.currency.clone().or_else(|| own.and_then(|own| own.currency.clone()));
    let quote = Quote {
        price: tick.price,
        currency: currency.or_else(|| instrument.currency.clone()),
        previous: tick.previous.or(day.and_then(|day| day.previous)),
        day_high: tick.day_high.or(day.and_then(|day| raised(day.day_high, tick.price))),
        day_low: tick.day_low.or(day.and_then(|day| lowered(day.day_low, tick.price))),
        volume: tick.volume.or(day.and_then(|day| day.volume)),
        session,
        as_of: tick.as_of,
        received_at: tick.received_at,
        source: tick.source.clone(),
        simulated,
        instrument,
        witness: None,
    };
    let (previous, day_high, day_low) = (tick.previous, tick.day_high, tick.day_low);
    let said = Quote { previous, day_high, day_low, ..quote.clone() };
    Some(Completed { is_whole: tick.previous.is_some() || day.is_some(), quote, said })
}

/// Gives a price out of a stream what an older quote, polled since, says besides.
pub(super) fn fill(held: &mut Quote, polled: &Quote) {
    if held.simulated || polled.simulated {
        return;
    }
    let is_of_the_day = |session: &Session| is_of(session, held.as_of, &polled.instrument);
    held.session = polled.session.filter(is_of_the_day).or(held.session);
    if held.source != polled.source {
        return;
    }
    held.instrument = polled.instrument.clone();
    held.currency = held.currency.take().or_else(|| polled.currency.clone());
    if is_same_day(polled, held.as_of) {
        held.previous = held.previous.or(polled.previous);
        held.day_high = held.day_high.or_else(|| raised(polled.day_high, held.price));
        held.day_low = held.day_low.or_else(|| lowered(polled.day_low, held.price));
        held.volume = held.volume.or(polled.volume);
    }
}

/// A day's high that a later price has passed is that price.
fn raised(high: Option<Price>, later: Price) -> Option<Price> {
    high.map(|high| if later > high { later } else { high })
}

fn lowered(low: Option<Price>, later: Price) -> Option<Price> {
    low.map(|low| if later < low { later } else { low })
}

/// Whether a quote's price is of the trading day of an instant. It is not enough
/// that its session is: before the open a source states the new day's hours with
/// the old day's price.
fn is_same_day(quote: &Quote, at: Option<Timestamp>) -> bool {
    let Some((as_of, at)) = quote.as_of.zip(at) else { return false };
    let within = |session: &Session| contains(session, as_of) && contains(session, at);
    quote.session.as_ref().is_some_and(within) || is_same_date(as_of, at, &quote.instrument)
}

/// Whether a session is the one in which, or just after which, a price was true.
fn is_of(session: &Session, at: Option<Timestamp>, instrument: &Instrument) -> bool {
    at.is_some_and(|at| {
        contains(session, at) || is_same_date(session.regular.start, at, instrument)
    })
}

fn contains(session: &Session, at: Timestamp) -> bool {
    session.regular.start <= at && at < session.regular.end
}

fn is_same_date(one: Timestamp, other: Timestamp, instrument: &Instrument) -> bool {
    let zone = instrument.zone();
    one.to_zoned(zone.clone()).date() == other.to_zoned(zone).date()
}

#[cfg(test)]
mod tests;

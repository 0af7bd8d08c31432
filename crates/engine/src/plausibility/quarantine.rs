use jiff::{SignedDuration, Timestamp};
use market::Quote;

use super::limits::{agree, agreement};
use super::{Rejection, is_news, rejection};

/// A quote that is not believed, set aside until it is confirmed or cleared.
#[derive(Clone, Debug, PartialEq)]
pub struct Quarantined {
    /// The latest quote of its kind.
    pub quote: Quote,
    /// Why it is not believed.
    pub reason: Rejection,
    /// When its like was first seen.
    pub since: Timestamp,
    /// How often its like was seen.
    pub sightings: u32,
}

/// Repeats by the same source that make a jump believable: one might be the
/// same mistake once more, and markets that jump go on trading.
const SIGHTINGS: u32 = 2;

/// Repeats within less than this are one sighting: a stream says the same mistake
/// many times a second. Shorter than the time between two polls.
const APART: SignedDuration = SignedDuration::from_secs(20);

/// A source that says so for this long means it: what was a hundredth is now
/// the price, what was in pence is now in pounds. Shorter, it is a mistake.
const LONG_ENOUGH: SignedDuration = SignedDuration::from_hours(24);

/// What becomes of a quote.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    /// It is believed and newer or more complete than the one held.
    News,
    /// It is believed and no newer.
    Old,
    /// It is not believed.
    Rejected(Box<Quarantined>),
}

/// Judges a quote beside the one held and the one in quarantine.
pub(crate) fn consider(
    held: Option<&Quote>,
    aside: Option<&Quarantined>,
    new: &Quote,
    now: Timestamp,
) -> Outcome {
    let held_real = held.filter(|held| held.simulated == new.simulated);
    if let Some(reason) = rejection(held_real, new, now) {
        let seen = quarantined(aside, new, reason, now);
        if !is_confirmed(aside, &seen, now) {
            return Outcome::Rejected(Box::new(seen));
        }
    }
    if held.is_none_or(|held| is_news(held, new)) { Outcome::News } else { Outcome::Old }
}

/// Adds this sighting to earlier ones of about the same price, or begins anew.
fn quarantined(
    aside: Option<&Quarantined>,
    new: &Quote,
    reason: Rejection,
    now: Timestamp,
) -> Quarantined {
    let earlier = aside.filter(|aside| is_like(aside, new));
    Quarantined {
        quote: new.clone(),
        reason,
        since: earlier.map_or(now, |earlier| earlier.since),
        sightings: earlier.map_or(1, |earlier| earlier.sightings + 1),
    }
}

fn is_like(aside: &Quarantined, new: &Quote) -> bool {
    let within = 5.0 * agreement(new.instrument.kind);
    aside.quote.currency == new.currency && agree(aside.quote.price, new.price, within)
}

fn is_confirmed(aside: Option<&Quarantined>, seen: &Quarantined, now: Timestamp) -> bool {
    if !seen.reason.can_be_confirmed() {
        return false;
    }
    let by_another =
        aside.is_some_and(|it| it.quote.source != seen.quote.source && is_like(it, &seen.quote));
    let lasting = now.duration_since(seen.since);
    let is_repeated = seen.sightings >= SIGHTINGS && lasting >= APART;
    by_another || lasting >= LONG_ENOUGH || (seen.reason == Rejection::Jump && is_repeated)
}

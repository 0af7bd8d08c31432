use jiff::Timestamp;
use market::Quote;

use super::Rejection;
use super::limits::is_like;

/// A quote that is not believed, set aside until evidence clears it.
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

impl Quarantined {
    /// Adds this sighting to earlier ones of about the same price, or begins anew.
    pub(crate) fn seen(
        before: Option<&Self>,
        new: &Quote,
        reason: Rejection,
        now: Timestamp,
    ) -> Self {
        let earlier = before.filter(|before| is_like(&before.quote, new));
        Self {
            quote: new.clone(),
            reason,
            since: earlier.map_or(now, |earlier| earlier.since),
            sightings: earlier.map_or(1, |earlier| earlier.sightings + 1),
        }
    }
}

/// What speaks against a quote that is shown: it differs from what was believed
/// before, and nothing decides yet which is true.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubt {
    /// What was believed before.
    pub rival: Quote,
    /// How the two differ.
    pub reason: Rejection,
    /// Since when.
    pub since: Timestamp,
}

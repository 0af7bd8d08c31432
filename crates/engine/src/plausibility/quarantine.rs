use jiff::Timestamp;
use market::{Moment, Quote};

use super::Rejection;
use super::limits::is_like;
use crate::now::Now;

/// A quote that is not believed, set aside until evidence clears it.
#[derive(Clone, Debug, PartialEq)]
pub struct Quarantined {
    /// The latest quote of its kind.
    pub quote: Quote,
    /// Why it is not believed.
    pub reason: Rejection,
    /// When its like was first seen.
    pub since: Timestamp,
    /// The same by the clock that nobody sets.
    pub since_moment: Moment,
    /// How often its like was seen.
    pub sightings: u32,
}

impl Quarantined {
    /// Adds this sighting to earlier ones of about the same price, or begins anew.
    pub(crate) fn seen(before: Option<&Self>, new: &Quote, reason: Rejection, now: Now) -> Self {
        let earlier = before.filter(|before| is_like(&before.quote, new));
        Self {
            quote: new.clone(),
            reason,
            since: earlier.map_or(now.wall, |earlier| earlier.since),
            since_moment: earlier.map_or(now.moment, |earlier| earlier.since_moment),
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
    /// The same by the clock that nobody sets.
    pub since_moment: Moment,
}

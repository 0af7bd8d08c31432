//! Refusals have no end where somebody wants none: some have a line each, the others are
//! counted.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::event::{Event, Kind, Outcome};

/// So many refusals have a line each ...
pub(crate) const EACH: u32 = 60;

/// ... in so much time; then those beside them are told together.
pub(crate) const WINDOW: SignedDuration = SignedDuration::from_mins(1);

/// The refusals of a minute.
#[derive(Debug, Default)]
pub(crate) struct Flood {
    since: Option<Timestamp>,
    told: u32,
    counted: BTreeMap<&'static str, u64>,
}

impl Flood {
    /// Whether a refusal is to have a line of its own; else it is counted.
    pub(crate) fn takes(&mut self, reason: &'static str, now: Timestamp) -> bool {
        self.since.get_or_insert(now);
        if self.told < EACH {
            self.told += 1;
            return true;
        }
        *self.counted.entry(reason).or_default() += 1;
        false
    }

    /// Those that were counted, once their minute is over or none are to come. A clock that
    /// was set back ends it too.
    pub(crate) fn counted(&mut self, now: Timestamp, is_last: bool) -> Option<Event> {
        let age = now.duration_since(self.since?);
        if !is_last && !age.is_negative() && age < WINDOW {
            return None;
        }
        let count = std::mem::take(self).counted;
        let event = Event { count, ..Event::new(Kind::Refusals, Outcome::Refused) };
        (!event.count.is_empty()).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_takes_so_many_lines_and_says_how_many_it_had_more() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut flood = Flood::default();
        let told = (0..10_000)
            .filter(|n| flood.takes(if n % 2 == 0 { "no_key" } else { "unknown_key" }, at(100)));
        assert_eq!(told.count(), 60);
        assert_eq!(flood.counted(at(159), false), None);
        let counted = flood.counted(at(160), false).unwrap();
        assert_eq!(counted.count, BTreeMap::from([("no_key", 4_970), ("unknown_key", 4_970)]));
        assert!(flood.takes("no_key", at(161)), "another minute has begun");
        assert_eq!(flood.counted(at(500), false), None, "and nothing was counted in it");
        let minute = |flood: &mut Flood| (0..61).filter(|_| flood.takes("rate", at(600))).count();
        assert_eq!(minute(&mut flood), 60);
        assert!(flood.counted(at(10), false).is_some(), "the clock was set back");
        assert_eq!(minute(&mut flood), 60);
        assert!(flood.counted(at(601), true).is_some(), "the service ends");
    }
}

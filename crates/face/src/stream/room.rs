use std::collections::HashMap;

use engine::Client;
use market::Symbol;

use super::topic::Topic;

/// The part of what may be followed that is there for symbols of which nobody knows
/// yet whether they exist: those that do must find room, however many ask for others.
const FOR_UNKNOWN: f64 = 0.5;

/// Which of two limits leaves no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// Of all readers together.
    Of(usize),
    /// Of this client: it has as much as is left to all others.
    OfClient(usize),
}

/// Whether there is room for one more of what is limited to so many, for a client that
/// has some of those that are taken. No client may have more than it leaves to others,
/// so that there is always something for the next one.
pub(super) fn room(most: usize, taken: usize, has: usize) -> Result<(), Full> {
    let left = most.saturating_sub(taken);
    match (left, has) {
        (0, _) => Err(Full::Of(most)),
        (left, has) if has >= left => Err(Full::OfClient(has)),
        _ => Ok(()),
    }
}

/// How many symbols are followed, and how many of them because of one client; of these
/// how many are not known to exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    all: usize,
    unknown: usize,
    has: usize,
    has_unknown: usize,
}

impl Taken {
    pub(super) fn of(topics: &HashMap<Symbol, Topic>, client: &Client) -> Self {
        topics.values().fold(Self::default(), |taken, topic| {
            taken.with(topic.is_known(), topic.is_there_for(client))
        })
    }

    /// Takes room for one more, which is known to exist or not.
    pub(super) fn take(&mut self, together: usize, is_known: bool) -> Result<(), Full> {
        room(together, self.all, self.has)?;
        if !is_known {
            let most = (together as f64 * FOR_UNKNOWN).ceil() as usize;
            room(most, self.unknown, self.has_unknown)?;
        }
        *self = self.with(is_known, true);
        Ok(())
    }

    fn with(self, is_known: bool, is_its: bool) -> Self {
        let (unknown, its) = (usize::from(!is_known), usize::from(is_its));
        Self {
            all: self.all + 1,
            unknown: self.unknown + unknown,
            has: self.has + its,
            has_unknown: self.has_unknown + unknown * its,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many it gets of as many as it wants.
    fn drain(taken: &mut Taken, is_known: bool) -> usize {
        (0..1_000_000).take_while(|_| taken.take(4_000, is_known).is_ok()).count()
    }

    #[test]
    fn one_client_leaves_as_much_to_others_as_it_has() {
        let mut taken = Taken::default();
        assert_eq!(drain(&mut taken, true), 2_000);
        assert_eq!(taken.take(4_000, true), Err(Full::OfClient(2_000)));
        let mut next = Taken { has: 0, has_unknown: 0, ..taken };
        assert_eq!(drain(&mut next, true), 1_000);
    }

    #[test]
    fn what_exists_finds_room_however_much_is_asked_for_that_does_not() {
        let mut taken = Taken::default();
        assert_eq!(drain(&mut taken, false), 1_000);
        for _ in 0..20 {
            taken = Taken { has: 0, has_unknown: 0, ..taken };
            drain(&mut taken, false);
        }
        taken = Taken { has: 0, has_unknown: 0, ..taken };
        assert_eq!(taken.take(4_000, false), Err(Full::Of(2_000)));
        assert_eq!(drain(&mut taken, true), 1_000);
    }

    #[test]
    fn the_only_one_may_have_the_only_place() {
        assert_eq!(room(1, 0, 0), Ok(()));
        assert_eq!(room(1, 1, 0), Err(Full::Of(1)));
        assert_eq!(room(0, 0, 0), Err(Full::Of(0)));
    }
}

//! Whether somebody set the wall clock.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use market::{Clock, Moment};

use crate::now::Now;

/// By how much the two clocks must part within one look: more than they do of
/// themselves, and more than a clock is set by to keep it right.
const STEP: SignedDuration = SignedDuration::from_secs(2);

/// A clock that was set back by less than this makes nothing look young that is old:
/// no answer is held to be current for so short a time.
const MATTERS: SignedDuration = SignedDuration::from_mins(1);

/// A look at both clocks during which the machine did something else says nothing.
const AT_ONCE: Duration = Duration::from_millis(100);

/// Compares the wall clock with the one that nobody sets.
pub(crate) struct ClockSteps(Mutex<Seen>);

struct Seen {
    last: Now,
    set_back_at: Option<Moment>,
    /// The latest instant that a price was true at by then, and when that was seen.
    reported: Option<(Timestamp, Moment)>,
    /// What it did not show when it was set ahead, until that is stored.
    skipped: Vec<Range<Timestamp>>,
}

impl ClockSteps {
    pub(crate) fn new(clock: &dyn Clock) -> Self {
        let last = both(clock);
        Self(Mutex::new(Seen { last, set_back_at: None, reported: None, skipped: Vec::new() }))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// By how much the wall clock was set since this was asked last, if it was.
    pub(crate) fn look(&self, clock: &dyn Clock) -> Option<SignedDuration> {
        let mut seen = self.seen();
        let (before, now) = (seen.last, both(clock));
        seen.last = now;
        let passed = SignedDuration::try_from(now.moment.since(before.moment)).ok()?;
        let step = now.wall.duration_since(before.wall).saturating_sub(passed);
        if step <= -MATTERS {
            seen.set_back_at = Some(now.moment);
        }
        if step > STEP {
            // When between the two looks it was set is not known.
            let (begins, ends) = (before.wall + passed, now.wall - passed);
            seen.skipped.extend((begins < ends).then_some(begins..ends));
        }
        (step.abs() > STEP).then_some(step)
    }

    /// What the clock did not show when it was set ahead, and is not stored yet.
    pub(crate) fn skipped(&self) -> Vec<Range<Timestamp>> {
        self.seen().skipped.clone()
    }

    /// Whether an instant is among these.
    pub(crate) fn has_skipped(&self, at: Timestamp) -> bool {
        self.seen().skipped.iter().any(|it| it.contains(&at))
    }

    /// That is stored.
    pub(crate) fn is_noted(&self, skipped: &Range<Timestamp>) {
        self.seen().skipped.retain(|it| it != skipped);
    }

    /// When the wall clock was last set back so far that what was received before may
    /// look younger than it is.
    pub(crate) fn set_back_at(&self) -> Option<Moment> {
        self.seen().set_back_at
    }

    /// A price was true at an instant. Time has come so far at least, unless the clock
    /// says that it has not: then it is the price that may be wrong.
    pub(crate) fn was_true(&self, as_of: Timestamp, now: Now) {
        let mut seen = self.seen();
        if as_of <= now.wall && seen.latest(now.moment).is_none_or(|known| known < as_of) {
            seen.reported = Some((as_of, now.moment));
        }
    }

    /// With the latest that it may be, by the clock or by what was true before somebody
    /// set it back.
    pub(crate) fn with_latest(&self, now: Now) -> Now {
        let seen = self.seen();
        let reported = seen.set_back_at.and_then(|_| seen.latest(now.moment));
        Now { latest: reported.map_or(now.wall, |at| at.max(now.wall)), ..now }
    }
}

impl Seen {
    /// How late it must be by now, by what prices said.
    fn latest(&self, now: Moment) -> Option<Timestamp> {
        let (at, moment) = self.reported?;
        at.checked_add(SignedDuration::try_from(now.since(moment)).ok()?).ok()
    }
}

/// Both clocks, of one instant.
fn both(clock: &dyn Clock) -> Now {
    loop {
        let (before, now) = (clock.moment(), Now::by(clock));
        if now.moment.since(before) < AT_ONCE {
            return now;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use testkit::SettableClock;

    use super::*;

    const NOON: &str = "2025-10-29T12:00:00Z";
    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    #[test]
    fn a_step_is_seen_once_and_the_passing_of_time_is_none() {
        let clock = SettableClock::at(NOON);
        let steps = ClockSteps::new(&*clock);
        clock.advance(HOUR);
        assert_eq!((steps.look(&*clock), steps.set_back_at()), (None, None), "or a suspension");
        clock.step(HOUR);
        assert_eq!((steps.look(&*clock), steps.set_back_at()), (Some(HOUR), None));
        assert_eq!(steps.look(&*clock), None);
        clock.advance(SignedDuration::from_secs(1));
        clock.step(-HOUR);
        assert_eq!((steps.look(&*clock), steps.set_back_at()), (Some(-HOUR), Some(clock.moment())));
    }

    #[test]
    fn what_a_clock_that_is_set_ahead_does_not_show_is_kept_until_it_is_noted() {
        let clock = SettableClock::at(NOON);
        let steps = ClockSteps::new(&*clock);
        let second = SignedDuration::from_secs(1);
        let before = clock.advance(second);
        clock.step(HOUR);
        steps.look(&*clock);
        let skipped = before..before + HOUR - second;
        assert_eq!(steps.skipped(), std::slice::from_ref(&skipped));
        clock.step(-HOUR);
        steps.look(&*clock);
        steps.is_noted(&skipped);
        assert_eq!(steps.skipped(), []);
    }

    #[test]
    fn prices_from_before_say_how_late_it_is_once_the_clock_was_set_back() {
        let clock = SettableClock::at(NOON);
        let steps = ClockSteps::new(&*clock);
        let latest = || steps.with_latest(Now::by(&*clock)).latest;
        let true_at = |as_of| steps.was_true(as_of, Now::by(&*clock));
        let before = clock.now();
        true_at(before);
        true_at(before + HOUR * 24);
        clock.advance(HOUR);
        assert_eq!(latest(), clock.now());
        clock.step(-HOUR * 3);
        steps.look(&*clock);
        assert_eq!(latest(), before + HOUR, "what was told to be in the future says nothing");
    }

    proptest! {
        #[test]
        fn a_clock_that_is_kept_right_by_little_is_not_set(
            seconds in proptest::collection::vec((0_i64..5_000, -1_000_i64..1_000), 1..50),
        ) {
            let clock = SettableClock::at(NOON);
            let steps = ClockSteps::new(&*clock);
            for (passed, slewed) in seconds {
                clock.advance(SignedDuration::from_secs(passed));
                clock.step(SignedDuration::from_millis(slewed));
                prop_assert_eq!(steps.look(&*clock), None);
            }
        }
    }
}

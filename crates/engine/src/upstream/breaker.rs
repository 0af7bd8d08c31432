use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use market::Moment;

use crate::now::Now;

/// Opens after this many failures in a row.
const IN_A_ROW: usize = 5;

/// Opens when at least half of this many latest calls failed.
const LATEST: usize = 20;

/// How long an open breaker lets nothing through; then one call may probe.
/// Shorter than a refresh interval, so that a mended upstream is back by then.
const REST: Duration = Duration::from_secs(30);

/// A probe that has not come back by then is taken for lost.
const PROBE: Duration = Duration::from_mins(1);

/// When to look again at what a probe under way has found.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// Keeps calls from an upstream that fails, and lets one through now and then
/// to see whether it has mended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Breaker {
    /// Outcomes of the latest calls, newest last: whether each failed.
    latest: VecDeque<bool>,
    open: Option<Tripped>,
}

#[derive(Clone, Copy, Debug)]
struct Tripped {
    since: Timestamp,
    /// No call before this.
    until: Moment,
    /// Whether a probe is under way.
    probing: bool,
}

impl Breaker {
    /// Lets a call through, or says how long none will be.
    ///
    /// Of calls that come when the rest is over only the first goes through;
    /// the others wait for what it finds.
    pub(crate) fn admit(&mut self, now: Moment) -> Result<(), Duration> {
        let Some(open) = &mut self.open else { return Ok(()) };
        if now < open.until {
            let left = open.until.since(now);
            return Err(if open.probing { left.min(LOOK_AGAIN) } else { left });
        }
        *open = Tripped { until: now + PROBE, probing: true, ..*open };
        Ok(())
    }

    /// A call succeeded: whatever was wrong is over.
    pub(crate) fn succeeded(&mut self) {
        if self.open.take().is_some() {
            self.latest.clear();
        }
        self.note(false);
    }

    /// A call failed in a way that says something of the upstream's health.
    pub(crate) fn failed(&mut self, now: Now) {
        self.note(true);
        if self.open.is_some() || self.is_too_much() {
            let since = self.open.map_or(now.wall, |open| open.since);
            self.open = Some(Tripped { since, until: now.moment + REST, probing: false });
        }
    }

    /// Since when no call, or only probes, have gone through.
    pub(crate) fn open_since(&self) -> Option<Timestamp> {
        self.open.map(|open| open.since)
    }

    fn note(&mut self, failed: bool) {
        if self.latest.len() == LATEST {
            self.latest.pop_front();
        }
        self.latest.push_back(failed);
    }

    fn is_too_much(&self) -> bool {
        let in_a_row = self.latest.iter().rev().take_while(|failed| **failed).count();
        let share = self.latest.iter().filter(|failed| **failed).count() * 2;
        in_a_row >= IN_A_ROW || (self.latest.len() == LATEST && share >= LATEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::after_beginning(Duration::from_secs(seconds))
    }

    fn wall(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    fn now(seconds: u32) -> Now {
        let wall = wall(seconds.into());
        Now { wall, moment: at(seconds.into()), latest: wall }
    }

    fn broken() -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..IN_A_ROW {
            breaker.admit(at(0)).unwrap();
            breaker.failed(now(0));
        }
        breaker
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_rests() {
        let mut breaker = broken();
        assert_eq!(breaker.open_since(), Some(wall(0)));
        assert_eq!(breaker.admit(at(10)), Err(Duration::from_secs(20)));
    }

    #[test]
    fn one_probe_goes_through_and_closes_it_or_not() {
        let mut breaker = broken();
        assert_eq!(breaker.admit(at(30)), Ok(()));
        assert_eq!(breaker.admit(at(30)), Err(LOOK_AGAIN), "a second call waits for the probe");
        breaker.failed(now(31));
        assert!(breaker.admit(at(60)).is_err());
        assert_eq!(breaker.open_since(), Some(wall(0)), "it has been open all the time");
        breaker.admit(at(61)).unwrap();
        breaker.succeeded();
        assert_eq!(breaker.open_since(), None);
        breaker.failed(now(62));
        assert_eq!(breaker.admit(at(62)), Ok(()), "the past is forgiven");
    }

    #[test]
    fn a_lost_probe_does_not_keep_it_open_for_ever() {
        let mut breaker = broken();
        breaker.admit(at(30)).unwrap();
        assert_eq!(breaker.admit(at(90)), Ok(()));
    }

    #[test]
    fn flapping_opens_it_too() {
        let mut breaker = Breaker::default();
        for i in 0..LATEST {
            if i % 2 == 0 { breaker.succeeded() } else { breaker.failed(now(0)) }
        }
        assert!(breaker.open_since().is_some());
    }
}

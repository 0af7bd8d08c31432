use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use market::Moment;

use super::about::About;
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

/// For so long after a rest only questions may probe that have not failed: one that
/// always does would keep the breaker open for all.
const OTHERS_FIRST: Duration = Duration::from_secs(3);

/// So many questions that fail by themselves are remembered.
const TROUBLED: usize = 64;

/// Keeps calls from an upstream that fails, and lets one through now and then
/// to see whether it has mended.
///
/// It is the upstream that fails where calls do that have nothing in common. Where they all
/// share something, such as one instrument, only that question rests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Breaker {
    /// Outcomes of the latest calls, newest last: what each that failed was about.
    latest: VecDeque<Option<About>>,
    open: Option<Tripped>,
    /// Questions that fail, the one that failed last at the end.
    troubled: VecDeque<Troubled>,
}

#[derive(Clone, Copy, Debug)]
struct Tripped {
    since: Timestamp,
    /// No call before this.
    until: Moment,
    /// Whether a probe is under way.
    probing: bool,
}

/// A question that failed each time since it was last answered.
#[derive(Clone, Debug)]
struct Troubled {
    about: About,
    in_a_row: usize,
    /// When it failed last.
    at: Moment,
}

impl Breaker {
    /// Lets a call through, or says how long none will be.
    ///
    /// Of calls that come when the rest is over only the first goes through;
    /// the others wait for what it finds.
    pub(crate) fn admit(&mut self, about: &About, now: Moment) -> Result<(), Duration> {
        self.may_ask(about, now)?;
        let is_suspect = self.has_failed(about);
        let Some(open) = &mut self.open else { return Ok(()) };
        let until = if is_suspect { open.until + OTHERS_FIRST } else { open.until };
        if now < until {
            let left = until.since(now);
            return Err(if open.probing { left.min(LOOK_AGAIN) } else { left });
        }
        *open = Tripped { until: now + PROBE, probing: true, ..*open };
        Ok(())
    }

    /// A call succeeded: whatever was wrong is over.
    pub(crate) fn succeeded(&mut self, about: &About) {
        if self.open.take().is_some() {
            self.latest.clear();
        }
        self.troubled.retain(|troubled| troubled.about != *about);
        self.note(None);
    }

    /// A call failed in a way that says something of the upstream's health, or of what
    /// it was about.
    pub(crate) fn failed(&mut self, about: About, now: Now) {
        self.trouble(&about, now.moment);
        self.note(Some(about));
        if self.open.is_some() || self.is_too_much() {
            let since = self.open.map_or(now.wall, |open| open.since);
            self.open = Some(Tripped { since, until: now.moment + REST, probing: false });
        }
    }

    /// Since when no call, or only probes, have gone through.
    pub(crate) fn open_since(&self) -> Option<Timestamp> {
        self.open.map(|open| open.since)
    }

    /// Whether a question rests that failed too often in a row; for how long.
    fn may_ask(&self, about: &About, now: Moment) -> Result<(), Duration> {
        let troubled = self.troubled.iter().find(|troubled| troubled.about == *about);
        let resting = troubled.filter(|troubled| troubled.in_a_row >= IN_A_ROW);
        let left = resting.map(|troubled| (troubled.at + REST).since(now));
        left.filter(|left| !left.is_zero()).map_or(Ok(()), Err)
    }

    fn trouble(&mut self, about: &About, at: Moment) {
        if about.is_nothing() {
            return;
        }
        let known = self.troubled.iter().position(|troubled| troubled.about == *about);
        let known = known.and_then(|known| self.troubled.remove(known));
        let in_a_row = known.map_or(0, |known| known.in_a_row) + 1;
        if self.troubled.len() == TROUBLED {
            self.troubled.pop_front();
        }
        self.troubled.push_back(Troubled { about: about.clone(), in_a_row, at });
    }

    fn note(&mut self, failed: Option<About>) {
        if self.latest.len() == LATEST {
            self.latest.pop_front();
        }
        self.latest.push_back(failed);
    }

    fn has_failed(&self, about: &About) -> bool {
        self.latest.iter().flatten().any(|failed| failed.shares_with(about))
    }

    fn is_too_much(&self) -> bool {
        let in_a_row: Vec<_> = self.latest.iter().rev().map_while(Option::as_ref).collect();
        let failed: Vec<_> = self.latest.iter().flatten().collect();
        let is_half = self.latest.len() == LATEST && failed.len() * 2 >= LATEST;
        (in_a_row.len() >= IN_A_ROW && speak_of_upstream(&in_a_row))
            || (is_half && speak_of_upstream(&failed))
    }
}

/// Whether failures have nothing in common that could be at fault in place of the
/// upstream.
fn speak_of_upstream(failed: &[&About]) -> bool {
    failed.iter().any(|about| about.is_nothing())
        || failed
            .iter()
            .enumerate()
            .any(|(n, about)| failed[..n].iter().any(|other| !about.shares_with(other)))
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
            breaker.admit(&About::nothing(), at(0)).unwrap();
            breaker.failed(About::nothing(), now(0));
        }
        breaker
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_rests() {
        let mut breaker = broken();
        assert_eq!(breaker.open_since(), Some(wall(0)));
        assert_eq!(breaker.admit(&About::nothing(), at(10)), Err(Duration::from_secs(20)));
    }

    #[test]
    fn one_probe_goes_through_and_closes_it_or_not() {
        let mut breaker = broken();
        assert_eq!(breaker.admit(&About::nothing(), at(30)), Ok(()));
        assert_eq!(
            breaker.admit(&About::nothing(), at(30)),
            Err(LOOK_AGAIN),
            "a second call waits for the probe"
        );
        breaker.failed(About::nothing(), now(31));
        assert!(breaker.admit(&About::nothing(), at(60)).is_err());
        assert_eq!(breaker.open_since(), Some(wall(0)), "it has been open all the time");
        breaker.admit(&About::nothing(), at(61)).unwrap();
        breaker.succeeded(&About::nothing());
        assert_eq!(breaker.open_since(), None);
        breaker.failed(About::nothing(), now(62));
        assert_eq!(breaker.admit(&About::nothing(), at(62)), Ok(()), "the past is forgiven");
    }

    #[test]
    fn a_lost_probe_does_not_keep_it_open_for_ever() {
        let mut breaker = broken();
        breaker.admit(&About::nothing(), at(30)).unwrap();
        assert_eq!(breaker.admit(&About::nothing(), at(90)), Ok(()));
    }

    #[test]
    fn flapping_opens_it_too() {
        let mut breaker = Breaker::default();
        for i in 0..LATEST {
            if i % 2 == 0 {
                breaker.succeeded(&About::nothing());
            } else {
                breaker.failed(About::nothing(), now(0));
            }
        }
        assert!(breaker.open_since().is_some());
    }

    fn named(names: &[&'static str]) -> About {
        About::these(names.iter().copied())
    }

    fn fail(breaker: &mut Breaker, names: &[&'static str], times: usize) {
        for _ in 0..times {
            breaker.failed(named(names), now(0));
        }
    }

    #[test]
    fn one_question_that_always_fails_rests_alone() {
        let mut breaker = Breaker::default();
        fail(&mut breaker, &["BAD"], LATEST);
        assert_eq!(breaker.open_since(), None);
        assert_eq!(breaker.admit(&named(&["GOOD"]), at(1)), Ok(()));
        assert_eq!(breaker.admit(&named(&["BAD"]), at(1)), Err(Duration::from_secs(29)));
        assert_eq!(breaker.admit(&named(&["BAD"]), at(30)), Ok(()));
        breaker.succeeded(&named(&["BAD"]));
        fail(&mut breaker, &["BAD"], IN_A_ROW - 1);
        assert_eq!(breaker.admit(&named(&["BAD"]), at(31)), Ok(()), "it has been answered since");
    }

    #[test]
    fn one_instrument_fails_whatever_batch_it_is_in() {
        let mut breaker = Breaker::default();
        for names in [["A", "BAD"], ["BAD", "B"], ["C", "BAD"]] {
            fail(&mut breaker, &names, 2);
        }
        assert_eq!(breaker.open_since(), None);
        fail(&mut breaker, &["A", "B"], 1);
        assert!(breaker.open_since().is_some(), "this one fails without it");
    }

    #[test]
    fn questions_that_have_nothing_in_common_speak_of_the_upstream() {
        let mut breaker = Breaker::default();
        fail(&mut breaker, &["A"], 2);
        fail(&mut breaker, &["B"], 2);
        assert_eq!(breaker.open_since(), None);
        fail(&mut breaker, &["C"], 1);
        assert_eq!(breaker.open_since(), Some(wall(0)));
    }

    #[test]
    fn another_question_than_those_that_failed_probes_first() {
        let mut breaker = Breaker::default();
        fail(&mut breaker, &["A"], 3);
        fail(&mut breaker, &["B"], 2);
        assert_eq!(breaker.admit(&named(&["B"]), at(30)), Err(OTHERS_FIRST));
        let mut without_others = breaker.clone();
        assert_eq!(without_others.admit(&named(&["B"]), at(33)), Ok(()), "nobody else came");
        assert_eq!(breaker.admit(&named(&["C"]), at(30)), Ok(()));
        breaker.succeeded(&named(&["C"]));
        assert_eq!((breaker.open_since(), breaker.admit(&named(&["D"]), at(30))), (None, Ok(())));
    }
}

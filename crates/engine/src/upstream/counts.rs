use std::collections::VecDeque;
use std::time::Duration;

use market::Moment;

/// Calls and errors: those of the last hour, counted by the minute, and all there were.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    minutes: VecDeque<Minute>,
    in_all: (u64, u64),
}

#[derive(Clone, Copy, Debug)]
struct Minute {
    begins: Moment,
    calls: u32,
    errors: u32,
}

impl Counts {
    pub(crate) fn add(&mut self, failed: bool, now: Moment) {
        self.count(1, u32::from(failed), now);
    }

    /// One of the calls that were counted failed after all.
    pub(crate) fn fail(&mut self, now: Moment) {
        self.count(0, 1, now);
    }

    fn count(&mut self, calls: u32, errors: u32, now: Moment) {
        self.in_all.0 += u64::from(calls);
        self.in_all.1 += u64::from(errors);
        let length = Duration::from_mins(1);
        let current = self.minutes.back().filter(|m| now.since(m.begins) < length);
        if current.is_none() {
            self.minutes.push_back(Minute { begins: now, calls: 0, errors: 0 });
        }
        while self.minutes.front().is_some_and(|minute| is_past(minute, now)) {
            self.minutes.pop_front();
        }
        if let Some(minute) = self.minutes.back_mut() {
            minute.calls += calls;
            minute.errors += errors;
        }
    }

    /// Calls and errors since the start.
    pub(crate) fn in_all(&self) -> (u64, u64) {
        self.in_all
    }

    /// Calls and errors in the hour before `now`.
    pub(crate) fn last_hour(&self, now: Moment) -> (u32, u32) {
        let within = self.minutes.iter().filter(|minute| !is_past(minute, now));
        within.fold((0, 0), |(calls, errors), m| (calls + m.calls, errors + m.errors))
    }
}

fn is_past(minute: &Minute, now: Moment) -> bool {
    now.since(minute.begins) >= Duration::from_hours(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_counted_and_forgotten() {
        let mut counts = Counts::default();
        let at = |minute: u64| Moment::after_beginning(Duration::from_mins(minute));
        for minute in 0..90 {
            counts.add(minute % 3 == 0, at(minute));
        }
        assert_eq!(counts.last_hour(at(89)), (60, 20));
        assert_eq!(counts.last_hour(at(300)), (0, 0));
        assert_eq!(counts.in_all(), (90, 30));
    }
}

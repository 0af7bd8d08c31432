use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::kept_as_text::kept_as_text;

/// In what times a rate may be counted, in seconds.
const WINDOWS: [(&str, u64); 4] = [("second", 1), ("minute", 60), ("hour", 3_600), ("day", 86_400)];

/// How often a key may be used within a time, such as `600/minute`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Rate {
    /// So often, once at least.
    pub times: u32,
    /// Within so long.
    pub window: Duration,
}

/// A text is no rate.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no rate; use a number and a time such as 600/minute (second, minute, hour or day)"
)]
pub struct NotARate(String);

impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        let read = || {
            let (times, window) = text.split_once('/')?;
            let (_, seconds) = WINDOWS.into_iter().find(|(name, _)| *name == window.trim())?;
            let times = times.trim().parse().ok().filter(|times| *times > 0)?;
            Some(Self { times, window: Duration::from_secs(seconds) })
        };
        read().ok_or_else(|| NotARate(text.to_owned()))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.window.as_secs();
        let named = WINDOWS.iter().find(|(_, known)| *known == seconds);
        write!(f, "{}/{}", self.times, named.map_or("second", |(name, _)| *name))
    }
}

kept_as_text!(Rate);

/// The part of what a client may have of the upstreams' budgets that a key may have, in
/// per cent: from 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub struct Share(u8);

impl Share {
    /// As much as any other client.
    pub const WHOLE: Self = Self(100);

    /// In per cent.
    pub fn per_cent(self) -> u8 {
        self.0
    }
}

impl From<Share> for u8 {
    fn from(share: Share) -> Self {
        share.0
    }
}

impl TryFrom<u8> for Share {
    type Error = &'static str;

    fn try_from(per_cent: u8) -> Result<Self, Self::Error> {
        let is_one = (1..=100).contains(&per_cent);
        is_one
            .then_some(Self(per_cent))
            .ok_or("a share is a whole number of per cent from 1 to 100")
    }
}

/// What is left of a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// The rate itself.
    pub rate: Rate,
    /// Uses that are left now.
    pub left: u32,
    /// The time until there is one more.
    pub next_in: Duration,
}

/// Uses that come in steadily, and wait until as many are there as a window has.
#[derive(Debug)]
pub(crate) struct Bucket {
    rate: Rate,
    left: f64,
    counted_at: Duration,
}

impl Bucket {
    /// A full one.
    pub(crate) fn full(rate: Rate, now: Duration) -> Self {
        Self { rate, left: f64::from(rate.times), counted_at: now }
    }

    /// Takes one; `None` where there is none.
    pub(crate) fn take(&mut self, now: Duration) -> Option<()> {
        self.has_one(now).then(|| self.left -= 1.0)
    }

    /// Whether there is one.
    pub(crate) fn has_one(&mut self, now: Duration) -> bool {
        let passed = now.saturating_sub(self.counted_at);
        let came = passed.as_secs_f64() * self.per_second();
        self.left = (self.left + came).min(f64::from(self.rate.times));
        self.counted_at = self.counted_at.max(now);
        self.left >= 1.0
    }

    /// What is left, as of the last time it was asked.
    pub(crate) fn left(&self) -> Left {
        let lacking = (self.left.floor() + 1.0 - self.left).max(0.0);
        let next_in = Duration::from_secs_f64(lacking / self.per_second());
        // The least whole number: a part of one is of no use.
        Left { rate: self.rate, left: self.left as u32, next_in }
    }

    fn per_second(&self) -> f64 {
        f64::from(self.rate.times) / self.rate.window.as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rates_are_read_as_they_are_written() {
        for text in ["600/minute", "1/second", "86400/day", "5/hour"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
        for odd in ["", "600", "0/minute", "-1/second", "5/week", "x/minute", "5/"] {
            assert!(odd.parse::<Rate>().is_err(), "{odd}");
        }
        assert!(Share::try_from(0).is_err() && Share::try_from(101).is_err());
    }

    proptest! {
        #[test]
        fn no_window_holds_more_than_twice_the_rate_and_who_waits_is_let_in(
            times in 1_u32..50,
            steps in proptest::collection::vec(0_u64..5_000, 1..300),
        ) {
            let rate = Rate { times, window: Duration::from_mins(1) };
            let (mut bucket, mut now) = (Bucket::full(rate, Duration::ZERO), Duration::ZERO);
            let mut taken = Vec::new();
            for step in steps {
                now += Duration::from_millis(step);
                if bucket.take(now).is_some() {
                    taken.push(now);
                } else {
                    let then = now + bucket.left().next_in + Duration::from_millis(1);
                    prop_assert!(bucket.take(then).is_some());
                    (now, taken) = (then, [&taken[..], &[then]].concat());
                }
            }
            for (at, first) in taken.iter().enumerate() {
                let within = taken[at..].iter().filter(|it| it.saturating_sub(*first) < rate.window);
                prop_assert!(within.count() <= 2 * times as usize);
            }
        }
    }
}

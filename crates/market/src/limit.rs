use std::str::FromStr;
use std::time::Duration;

use crate::Allowance;

/// So many requests in a stretch of time, as an upstream's plan says: `800/day`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many; at least one.
    pub requests: u32,
    /// In how long.
    pub within: Duration,
}

/// A text that names no limit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use limits such as 8/minute,800/day: whole numbers per minute, hour, day or month")]
pub struct LimitError;

/// The stretches that plans count by. A month is the shortest there is.
const STRETCHES: [(&str, Duration); 4] = [
    ("minute", Duration::from_mins(1)),
    ("hour", Duration::from_hours(1)),
    ("day", Duration::from_hours(24)),
    ("month", Duration::from_hours(28 * 24)),
];

/// So much of the narrowest limit may be used at once.
const AT_ONCE: f64 = 0.25;

impl FromStr for Limit {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Self, LimitError> {
        let (requests, stretch) = text.trim().split_once('/').ok_or(LimitError)?;
        let known = STRETCHES.iter().find(|(name, _)| *name == stretch.trim());
        let within = known.ok_or(LimitError)?.1;
        let requests = requests.trim().parse().ok().filter(|requests| *requests > 0);
        Ok(Self { requests: requests.ok_or(LimitError)?, within })
    }
}

impl Limit {
    /// Reads limits that are separated by commas, none of an empty text.
    ///
    /// # Errors
    ///
    /// Where one of them is no limit.
    pub fn all(text: &str) -> Result<Vec<Self>, LimitError> {
        let texts = text.split(',').filter(|_| !text.trim().is_empty());
        texts.map(str::parse).collect()
    }

    fn hours(self) -> f64 {
        self.within.as_secs_f64() / 3600.0
    }
}

impl Allowance {
    /// The same terms with figures that keep within limits: in no stretch of any of them are
    /// there more requests than it has. None change nothing.
    ///
    /// What may be made at once and what comes back in a stretch count together, so a part
    /// of the narrowest limit is for what is made at once, and the rest comes evenly.
    #[must_use]
    pub fn within(self, limits: &[Limit]) -> Self {
        let fewest = limits.iter().map(|limit| limit.requests).min();
        let Some(fewest) = fewest else { return self };
        let burst = (f64::from(fewest) * AT_ONCE).floor().max(1.0);
        let per_hour = |limit: &Limit| (f64::from(limit.requests) - burst) / limit.hours();
        let per_hour = limits.iter().map(per_hour).fold(f64::INFINITY, f64::min);
        // Of one request in a stretch, one comes back once it is over.
        let slowest = limits.iter().map(|limit| 1.0 / limit.hours()).fold(f64::INFINITY, f64::min);
        Self { burst, per_hour: if per_hour > 0.0 { per_hour } else { slowest }, ..self }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Redistribution;

    const MUCH: Allowance = Allowance {
        per_hour: 1e6,
        burst: 1e3,
        terms: "",
        terms_url: "",
        redistribution: Redistribution::Private,
    };

    fn within(text: &str) -> (f64, f64) {
        let allowance = MUCH.within(&Limit::all(text).unwrap());
        (allowance.burst, allowance.per_hour)
    }

    #[test]
    fn plans_are_read_as_they_are_written() {
        assert_eq!(within(""), (1e3, 1e6));
        assert_eq!(within("60/hour"), (15.0, 45.0));
        assert_eq!(within("8/minute, 770/day"), (2.0, 32.0));
        for text in ["8", "0/day", "-1/day", "8/week", "x/day", "1.5/day", "/day"] {
            assert_eq!(Limit::all(text), Err(LimitError), "{text}");
        }
    }

    proptest! {
        /// From a full budget on, in each stretch.
        #[test]
        fn no_limit_is_passed(
            limits in prop::collection::vec((2_u32..100_000, 0..STRETCHES.len()), 1..4),
        ) {
            let limit = |(requests, at): (u32, usize)| Limit { requests, within: STRETCHES[at].1 };
            let limits: Vec<Limit> = limits.into_iter().map(limit).collect();
            let Allowance { per_hour, burst, .. } = MUCH.within(&limits);
            prop_assert!(burst >= 1.0 && per_hour > 0.0);
            for limit in limits {
                let made = burst + per_hour * limit.hours();
                prop_assert!(made <= f64::from(limit.requests) * (1.0 + 1e-9), "{made}: {limit:?}");
            }
        }
    }
}

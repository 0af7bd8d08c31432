use std::time::Duration;

use market::{Moment, SourceError};

use super::on_behalf::OnBehalf;
use super::parts::{Lack, Parts};
use crate::client::Client;

/// A bucket of requests that fills steadily: one is taken for each call, and
/// when it is empty, calls wait or are refused. Who may take how much of it is seen
/// to by its parts.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    per_hour: f64,
    parts: Parts,
    counted_at: Moment,
}

/// How much of an upstream's budget a client may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Allotment {
    /// Requests at once, where nobody made any for a while.
    pub(crate) most: u32,
    /// Requests now.
    pub(crate) left: u32,
    /// In what time as many come in as may be made at once.
    pub(crate) window: Duration,
    /// The time until there is one more.
    pub(crate) next_in: Duration,
}

impl Budget {
    /// A full bucket.
    pub(crate) fn new(per_hour: f64, burst: f64, now: Moment) -> Self {
        Self { per_hour, parts: Parts::full(burst), counted_at: now }
    }

    /// Goes on with what was left, and what has come in since. Who had it is forgotten.
    pub(crate) fn resume(&mut self, left: f64, passed: Duration, now: Moment) {
        let refilled = passed.as_secs_f64() / 3600.0 * self.per_hour;
        self.parts = self.parts.anew(left.max(0.0) + refilled);
        self.counted_at = now;
    }

    /// Whether a request may be made.
    ///
    /// # Errors
    ///
    /// Why it may not, and the time until it may.
    pub(crate) fn may_take(
        &mut self,
        on_behalf: &OnBehalf,
        now: Moment,
    ) -> Result<(), SourceError> {
        self.parts.refill(self.come_in_by(now));
        // Two callers may have looked at the clock in another order than they come.
        self.counted_at = self.counted_at.max(now);
        let not_asked =
            |Lack { why, until }| SourceError::NotAsked { why, again_in: self.time_for(until) };
        self.parts.may_take(on_behalf).map_err(not_asked)
    }

    /// Takes one that may be made.
    pub(crate) fn take(&mut self, on_behalf: &OnBehalf) {
        self.parts.take(on_behalf);
    }

    /// Requests left, in fractions.
    pub(crate) fn left_at(&self, now: Moment) -> f64 {
        self.parts_at(now).left()
    }

    /// How much a client may have, for what is known to exist or is not; `None`
    /// where it had nothing of late.
    pub(crate) fn allotment(
        &self,
        client: &Client,
        is_known: bool,
        now: Moment,
    ) -> Option<Allotment> {
        let standing = self.parts_at(now).standing(client, is_known)?;
        Some(Allotment {
            most: standing.most,
            left: standing.left,
            window: self.time_for(standing.most.into()),
            next_in: self.time_for(standing.until_next),
        })
    }

    fn parts_at(&self, now: Moment) -> Parts {
        let mut parts = self.parts.clone();
        parts.refill(self.come_in_by(now));
        parts
    }

    fn come_in_by(&self, now: Moment) -> f64 {
        now.since(self.counted_at).as_secs_f64() / 3600.0 * self.per_hour
    }

    /// How long it takes until so many have come in.
    fn time_for(&self, requests: f64) -> Duration {
        Duration::from_secs_f64(requests * 3600.0 / self.per_hour)
    }
}

#[cfg(test)]
mod tests {
    use super::super::on_behalf::Bill;
    use super::*;
    use proptest::prelude::*;

    fn start() -> Moment {
        Moment::after_beginning(Duration::from_hours(12))
    }

    fn client() -> OnBehalf {
        OnBehalf::Clients(Bill::one(&Client::LOCAL))
    }

    fn take(budget: &mut Budget, on_behalf: &OnBehalf, now: Moment) -> Result<(), SourceError> {
        budget.may_take(on_behalf, now)?;
        budget.take(on_behalf);
        Ok(())
    }

    #[test]
    fn a_burst_is_given_at_once_and_the_rest_over_time() {
        let mut budget = Budget::new(60.0, 2.0, start());
        assert_eq!(take(&mut budget, &client(), start()), Ok(()));
        assert_eq!(take(&mut budget, &OnBehalf::Watchlist, start()), Ok(()));
        for on_behalf in [client(), OnBehalf::Watchlist] {
            assert!(take(&mut budget, &on_behalf, start()).is_err());
        }
        let later = start() + Duration::from_mins(2);
        assert_eq!(take(&mut budget, &client(), later), Ok(()));
        assert_eq!(take(&mut budget, &OnBehalf::Watchlist, later), Ok(()));
        assert!(take(&mut budget, &OnBehalf::Watchlist, later).is_err());
    }

    #[test]
    fn one_who_looked_at_the_clock_before_fills_nothing() {
        let mut budget = Budget::new(60.0, 2.0, start());
        take(&mut budget, &client(), start()).unwrap();
        let back = start().before(Duration::from_hours(5));
        assert!(take(&mut budget, &client(), back).is_err());
        assert!(take(&mut budget, &client(), start()).is_err());
    }

    proptest! {
        #[test]
        fn no_hour_holds_more_than_the_allowance_and_a_burst(
            steps in proptest::collection::vec((0_u64..300, any::<bool>()), 1..400),
        ) {
            let (mut budget, mut now) = (Budget::new(40.0, 5.0, start()), start());
            let mut taken = Vec::new();
            for (step, is_watchlist) in steps {
                now = now + Duration::from_secs(step);
                let on_behalf = if is_watchlist { OnBehalf::Watchlist } else { client() };
                taken.extend(take(&mut budget, &on_behalf, now).is_ok().then_some(now));
            }
            for (i, first) in taken.iter().enumerate() {
                let within = taken[i..].iter().filter(|at| at.since(*first) < Duration::from_hours(1));
                prop_assert!(within.count() <= 45);
            }
        }

        /// Who comes back when told may have it, if nobody else was there meanwhile.
        #[test]
        fn who_waits_as_long_as_told_is_let_in(
            per_hour in 1.0_f64..4_000.0,
            burst in 2.0_f64..100.0,
            takes in proptest::collection::vec((0_u8..4, any::<bool>()), 1..200),
            is_known: bool,
        ) {
            let mut budget = Budget::new(per_hour, burst, start());
            let of = |n: u8, is_known| {
                let client = Client::at([192, 0, 2, n].into());
                OnBehalf::Clients(Bill::of(&[vec![client]], is_known))
            };
            for (n, is_known) in takes {
                let on_behalf = if n == 0 { OnBehalf::Watchlist } else { of(n, is_known) };
                let _ = take(&mut budget, &on_behalf, start());
            }
            for on_behalf in [of(1, is_known), OnBehalf::Watchlist] {
                if let Err(error) = budget.clone().may_take(&on_behalf, start()) {
                    let SourceError::NotAsked { again_in, .. } = error else { unreachable!() };
                    let then = start() + again_in + Duration::from_millis(1);
                    prop_assert_eq!(budget.clone().may_take(&on_behalf, then), Ok(()));
                }
            }
        }
    }
}

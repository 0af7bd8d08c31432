use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use market::Symbol;

use crate::schedule::later;

/// Day's beginnings that are heard within so many seconds are asked about
/// together.
const GATHER: i64 = 10;

/// Of which instruments a stream has told lately, so that polling them can be
/// spared.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    told: Mutex<HashMap<Symbol, Told>>,
}

#[derive(Debug, Default)]
struct Told {
    /// The last price that was believed and news, by our clock.
    at: Option<Timestamp>,
    /// Something is missing that a poll could tell.
    wants_poll: bool,
    /// For when a poll was last brought forward.
    hastened: Option<Timestamp>,
}

impl Told {
    /// Brings a poll forward, though not twice within half an interval: a stream
    /// that comes and goes must not cost its source more than that.
    fn hasten(&mut self, at: Timestamp, every: Duration) -> Timestamp {
        let last = self.hastened.filter(|last| *last <= at);
        let at = last.map_or(at, |last| later(last, every / 2).max(at));
        self.hastened = Some(at);
        at
    }
}

impl Heard {
    fn told(&self) -> MutexGuard<'_, HashMap<Symbol, Told>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A stream has told of an instrument. Says for when to bring its next poll
    /// forward, where the price began a day of which nothing else is known.
    pub(super) fn tell(
        &self,
        symbol: &Symbol,
        is_whole: bool,
        now: Timestamp,
        every: Duration,
    ) -> Option<Timestamp> {
        let mut told = self.told();
        let told = told.entry(symbol.clone()).or_default();
        told.at = Some(now);
        if is_whole || told.wants_poll {
            return None;
        }
        told.wants_poll = true;
        let seconds = now.as_second();
        let gathered = GATHER - seconds.rem_euclid(GATHER);
        let at = Timestamp::from_second(seconds + gathered).unwrap_or(now);
        Some(told.hasten(at, every))
    }

    /// A poll has brought what it could.
    pub(crate) fn polled(&self, symbol: &Symbol) {
        if let Some(told) = self.told().get_mut(symbol) {
            told.wants_poll = false;
        }
    }

    /// Whether a stream tells of an instrument so that polling it is not needed.
    pub(crate) fn spares(&self, symbol: &Symbol, now: Timestamp, every: Duration) -> bool {
        let told = self.told();
        let Some(told) = told.get(symbol) else { return false };
        !told.wants_poll && told.at.is_some_and(|at| at <= now && now < later(at, every))
    }

    /// Nothing more is to be expected of these. Returns those that had been told
    /// of, and for when to bring their polls forward.
    pub(super) fn lose(
        &self,
        symbols: &[Symbol],
        now: Timestamp,
        every: Duration,
    ) -> Vec<(Symbol, Timestamp)> {
        let mut told = self.told();
        let lost = symbols.iter().filter_map(|symbol| {
            let told = told.get_mut(symbol)?;
            told.at.take()?;
            Some((symbol.clone(), told.hasten(now, every)))
        });
        lost.collect()
    }

    /// Nobody wants these any more.
    pub(super) fn forget(&self, symbols: &[Symbol]) {
        let mut told = self.told();
        for symbol in symbols {
            told.remove(symbol);
        }
    }
}

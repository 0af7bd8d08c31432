use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use market::{Moment, Symbol};

/// Beginnings of trading days within so many seconds are polled together.
const GATHER: u64 = 10;

/// Which instruments a stream covers: of which it sent prices lately, so that
/// they need not be polled.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    reported: Mutex<HashMap<Symbol, Reported>>,
}

#[derive(Debug, Default)]
struct Reported {
    /// When the last price came that was plausible and news.
    at: Option<Moment>,
    /// Something is missing that a poll could add.
    needs_poll: bool,
    /// For when a poll was last brought forward.
    hastened: Option<Moment>,
}

impl Reported {
    /// Brings a poll forward, though not twice within half an interval: a stream
    /// that comes and goes must not cost its source more than that.
    fn hasten(&mut self, at: Moment, every: Duration) -> Moment {
        let last = self.hastened.filter(|last| *last <= at);
        let at = last.map_or(at, |last| (last + every / 2).max(at));
        self.hastened = Some(at);
        at
    }
}

impl Coverage {
    fn reported(&self) -> MutexGuard<'_, HashMap<Symbol, Reported>> {
        self.reported.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A price out of a stream is not believed: when a poll is to look into it, once
    /// an interval, however often the stream says so.
    pub(super) fn doubt(&self, symbol: &Symbol, now: Moment, every: Duration) -> Option<Moment> {
        let mut all = self.reported();
        let reported = all.entry(symbol.clone()).or_default();
        let is_near = |last: Moment| last <= now + every && now < last + every;
        (!reported.hastened.is_some_and(is_near)).then(|| reported.hasten(now, every))
    }

    /// A stream has sent a price of an instrument. Returns to when its next poll
    /// is to be brought forward, where the price began a day of which nothing else
    /// is known.
    pub(super) fn report(
        &self,
        symbol: &Symbol,
        is_whole: bool,
        now: Moment,
        every: Duration,
    ) -> Option<Moment> {
        let mut all = self.reported();
        let reported = all.entry(symbol.clone()).or_default();
        reported.at = Some(now);
        if is_whole || reported.needs_poll {
            return None;
        }
        reported.needs_poll = true;
        let seconds = now.since(Moment::default()).as_secs();
        let gathered = seconds.next_multiple_of(GATHER).max(seconds + 1);
        let at = Moment::after_beginning(Duration::from_secs(gathered));
        Some(reported.hasten(at, every))
    }

    /// A poll has brought what it could.
    pub(super) fn polled(&self, symbol: &Symbol) {
        if let Some(reported) = self.reported().get_mut(symbol) {
            reported.needs_poll = false;
        }
    }

    /// Whether a stream covers an instrument, so that it need not be polled.
    pub(super) fn covers(&self, symbol: &Symbol, now: Moment, every: Duration) -> bool {
        let all = self.reported();
        let Some(reported) = all.get(symbol) else { return false };
        !reported.needs_poll && reported.at.is_some_and(|at| at <= now && now < at + every)
    }

    /// Nothing more is to be expected of these. Returns those that were covered,
    /// and to when their polls are to be brought forward.
    pub(super) fn lose(
        &self,
        symbols: &[Symbol],
        now: Moment,
        every: Duration,
    ) -> Vec<(Symbol, Moment)> {
        let mut all = self.reported();
        let lost = symbols.iter().filter_map(|symbol| {
            let reported = all.get_mut(symbol)?;
            reported.at.take()?;
            Some((symbol.clone(), reported.hasten(now, every)))
        });
        lost.collect()
    }

    /// Nobody follows these any more.
    pub(super) fn forget(&self, symbols: &[Symbol]) {
        let mut all = self.reported();
        for symbol in symbols {
            all.remove(symbol);
        }
    }
}

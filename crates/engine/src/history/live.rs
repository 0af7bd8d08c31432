#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use market::{
    Bar, HistoryQuery, HistoryResult, Instrument, Interval, LiveBars, Session, Source, Symbol, Tick,
};
use moka::sync::Cache;

/// Memory for answers brought up to date, in bytes, and for how long they are
/// held: a little longer than they are given.
const ROOM: u64 = 16 << 20;
const HELD: Duration = Duration::from_secs(2);

/// Questions of which it is remembered what was given of them.
const QUESTIONS: u64 = 10_000;

/// Bars of what has not been streamed for so long are dropped.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(26);

/// A source that has been silent for longer may be so for long.
const OF_LATE: SignedDuration = SignedDuration::from_mins(1);

/// Bars that form while their instruments stream.
pub(super) struct Live {
    /// One for each source whose ticks came.
    bars: RwLock<HashMap<Symbol, Vec<LiveBars>>>,
    given: Cache<HistoryQuery, Given>,
    /// What of it was given out already.
    given_out: Cache<HistoryQuery, Weak<HistoryResult>>,
}

/// An answer as it was brought up to date within one second.
#[derive(Clone)]
struct Given {
    official: Arc<HistoryResult>,
    second: i64,
    answer: Arc<HistoryResult>,
}

impl Default for Live {
    fn default() -> Self {
        let weigh = |_: &HistoryQuery, given: &Given| {
            given.answer.series.bytes().saturating_add(1024) as u32
        };
        let given = Cache::builder().max_capacity(ROOM).weigher(weigh).time_to_live(HELD);
        let given_out = Cache::builder().max_capacity(QUESTIONS).time_to_live(HELD);
        Self { bars: RwLock::default(), given: given.build(), given_out: given_out.build() }
    }
}

impl Live {
    fn bars(&self) -> RwLockReadGuard<'_, HashMap<Symbol, Vec<LiveBars>>> {
        self.bars.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn bars_mut(&self) -> RwLockWriteGuard<'_, HashMap<Symbol, Vec<LiveBars>>> {
        self.bars.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a plausible price into its bars.
    pub(super) fn take(&self, tick: &Tick, instrument: &Instrument) {
        let mut bars = self.bars_mut();
        if !bars.contains_key(&tick.symbol) {
            forget_old(&mut bars, tick.received_at);
        }
        let of_symbol = bars.entry(tick.symbol.clone()).or_default();
        // Bars of a zone that was only assumed are cut at the wrong hours.
        of_symbol.retain(|bars| *bars.source() != tick.source || *bars.zone() == instrument.zone());
        let held = of_symbol.iter().position(|bars| *bars.source() == tick.source);
        let place = held.unwrap_or_else(|| {
            of_symbol.push(LiveBars::new(instrument, tick.source.clone()));
            of_symbol.len() - 1
        });
        of_symbol[place].take(tick);
    }

    /// No more prices of these come from this source until the next one is taken:
    /// its stream is lost, or has been asked to leave them out.
    pub(super) fn interrupted(&self, source: &Source, symbols: &[Symbol]) {
        let mut bars = self.bars_mut();
        for symbol in symbols {
            let of_symbol = bars.get_mut(symbol).into_iter().flatten();
            of_symbol.filter(|bars| bars.source() == source).for_each(LiveBars::interrupted);
        }
    }

    /// An answer with what was traded since it was received, as far as that is
    /// known; see [`LiveBars::extend`]. Another one at most once a second, so that
    /// it is encoded no more often however many readers ask.
    pub(super) fn up_to_date(
        &self,
        official: Arc<HistoryResult>,
        now: Timestamp,
    ) -> Arc<HistoryResult> {
        if !self.bars().contains_key(&official.query.symbol) {
            return official;
        }
        let second = now.as_second();
        let is_old =
            |given: &Given| given.second != second || !Arc::ptr_eq(&given.official, &official);
        let bring = || {
            let answer = self.extend(&official).map_or_else(|| Arc::clone(&official), Arc::new);
            Given { official: Arc::clone(&official), second, answer }
        };
        let given = self.given.entry_by_ref(&official.query);
        given.or_insert_with_if(bring, is_old).into_value().answer
    }

    /// Whether an answer brought up to date is given for the first time.
    pub(super) fn is_first_given(&self, answer: &Arc<HistoryResult>) -> bool {
        let is_another =
            |last: &Weak<HistoryResult>| !std::ptr::eq(last.as_ptr(), &raw const **answer);
        let given_out = self.given_out.entry_by_ref(&answer.query);
        given_out.or_insert_with_if(|| Arc::downgrade(answer), is_another).is_fresh()
    }

    /// Whether the last bar of a result moves from second to second: prices of its
    /// source have come of late.
    pub(super) fn is_growing(&self, result: &HistoryResult, now: Timestamp) -> bool {
        let came_of_late =
            |bars: &LiveBars| bars.received_at().is_some_and(|at| now.duration_since(at) < OF_LATE);
        let (symbol, source) = (&result.query.symbol, &result.series.head.source);
        let bars = self.bars();
        let mut of_symbol = bars.get(symbol).into_iter().flatten();
        result.series.last().is_some_and(|last| last.provisional)
            && of_symbol.any(|bars| bars.source() == source && came_of_late(bars))
    }

    /// Bars as the ticks of an instrument form them, by the source that sent the
    /// last of them: those that opened at `since` or later, or the newest alone.
    /// `None` where it is not streamed.
    pub(super) fn newest(
        &self,
        symbol: &Symbol,
        interval: Interval,
        session: Option<Session>,
        since: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<(Source, Vec<Bar>)> {
        let bars = self.bars();
        let newest = bars.get(symbol)?.iter().max_by_key(|bars| bars.received_at())?;
        Some((newest.source().clone(), newest.formed(interval, session, since, now)))
    }

    fn extend(&self, official: &HistoryResult) -> Option<HistoryResult> {
        let bars = self.bars();
        bars.get(&official.query.symbol)?.iter().find_map(|bars| bars.extend(official))
    }
}

fn forget_old(bars: &mut HashMap<Symbol, Vec<LiveBars>>, now: Timestamp) {
    let is_old = |bars: &LiveBars| {
        bars.received_at().is_none_or(|at| now.duration_since(at) > FORGOTTEN_AFTER)
    };
    bars.retain(|_, of_symbol| {
        of_symbol.retain(|bars| !is_old(bars));
        !of_symbol.is_empty()
    });
}

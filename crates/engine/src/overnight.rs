//! Has the day that is over in the history of what is watched before somebody asks: who opens
//! a chart in the morning finds the last close, also where the first source is away and the
//! budgets of the others take all night for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use market::{Calendar, HistoryResult, Moment, Symbol};
use tokio::sync::watch;

use crate::context::Context;
use crate::history::History;
use crate::looks::look_every;
use crate::schedule::Schedule;

/// How often it is looked what is due; one instrument is asked for at a time.
const LOOKS_EVERY: Duration = Duration::from_secs(10);

/// So long after the end of trading sources have the day.
const SETTLES_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// What did not come is asked for again after so long, and then later each time where all
/// sources were asked.
const AGAIN_AFTER: Duration = Duration::from_mins(10);

/// So often that doubles.
const DOUBLINGS: u32 = 3;

/// Renews the histories that readers of watched instruments see first.
pub(crate) struct Overnight {
    context: Context,
    schedule: Arc<Schedule>,
    history: Arc<History>,
    tries: Mutex<BTreeMap<Symbol, Try>>,
}

/// An instrument whose last day did not come.
#[derive(Clone, Copy, Default)]
struct Try {
    next: Moment,
    count: u32,
}

impl Overnight {
    pub(crate) fn new(context: Context, schedule: Arc<Schedule>, history: Arc<History>) -> Self {
        Self { context, schedule, history, tries: Mutex::default() }
    }

    /// Renews what is due until `stop` turns true.
    pub(crate) async fn run(&self, stop: watch::Receiver<bool>) {
        look_every(LOOKS_EVERY, stop, || self.renew_next()).await;
    }

    /// Renews the next that is due; whether there was one.
    pub(crate) async fn renew_next(&self) -> bool {
        let (watched, now) = (self.schedule.watched(), self.context.moment());
        self.tries().retain(|symbol, _| watched.binary_search(symbol).is_ok());
        let is_due = |symbol: &&Symbol| self.next_try(symbol) <= now && self.is_behind(symbol);
        let Some(symbol) = watched.iter().find(is_due) else { return false };
        let is_put_off = self.history.renew_usual(symbol).await;
        let mut tries = self.tries();
        let tried = tries.entry(symbol.clone()).or_default();
        tried.next = now + AGAIN_AFTER * 2_u32.pow(tried.count.min(DOUBLINGS));
        // Who was not asked is not asked too often.
        tried.count += u32::from(!is_put_off);
        if !self.is_behind(symbol) {
            tries.remove(symbol);
        }
        true
    }

    /// Whether the last day is over that an instrument traded, and what is held of it is from
    /// before. What nobody has looked at is not held, and is nobody's concern.
    fn is_behind(&self, symbol: &Symbol) -> bool {
        let held = self.history.usual(symbol);
        held.is_some_and(|held| self.lacks_last_day(&held).unwrap_or(false))
    }

    /// `None` where no calendar tells.
    fn lacks_last_day(&self, held: &HistoryResult) -> Option<bool> {
        let settled = self.context.now().checked_sub(SETTLES_WITHIN).ok()?;
        let day = Calendar::for_instrument(&held.instrument)?.over(settled)?;
        let last = held.series.dates().last();
        Some(last < Some(&day.date) || held.received_at < day.close)
    }

    fn next_try(&self, symbol: &Symbol) -> Moment {
        self.tries().get(symbol).map_or_else(Moment::default, |it| it.next)
    }

    fn tries(&self) -> MutexGuard<'_, BTreeMap<Symbol, Try>> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Asks a second source for the last closes of what is watched, once for each day of
//! trading, so that an error of one of the two is seen.
//!
//! Budgets are small and belong to readers: comparing takes a quarter of each at most. It
//! begins with nothing to spend, so that a service which starts again and again asks
//! nobody.

mod said;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use market::{Calendar, HistoryResult, Instrument, Moment, Repairing, Source, Symbol};
use tokio::sync::watch;
use tracing::debug;

use crate::context::Context;
use crate::history::{History, NotCompared, is_import};
use crate::looks::look_every;
use crate::plausibility::{NotComparable, tolerance};
use crate::schedule::Schedule;
use said::Heard;
pub use said::{Compared, SecondSource};

/// How often it is looked what is due; one instrument is compared at a time.
const LOOKS_EVERY: Duration = Duration::from_secs(10);

/// So long after the end of trading services have the day's close, and have corrected it
/// where it was wrong at first.
const SETTLES_WITHIN: SignedDuration = SignedDuration::from_hours(4);

/// Where a source has not had the day yet, or two differ, both are asked again after so
/// long, and then later each time.
const AGAIN_AFTER: Duration = Duration::from_hours(1);

/// So often that doubles.
const DOUBLINGS: u32 = 2;

/// The part of a budget that comparing takes.
const PART: f64 = 0.25;

/// When which instrument is compared.
pub(crate) struct SecondOpinion {
    context: Context,
    schedule: Arc<Schedule>,
    history: Arc<History>,
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    steps: BTreeMap<Symbol, Step>,
    /// When each source may be asked next.
    turns: HashMap<Source, Moment>,
}

/// How far the comparison of an instrument has come.
#[derive(Clone, Default)]
struct Step {
    /// The newest date that two sources have told.
    compared_to: Option<Date>,
    /// When it may be compared again.
    next: Moment,
    /// How often that was, since both agreed on the newest date.
    tries: u32,
    heard: Heard,
}

/// What is to be compared.
struct Plan {
    symbol: Symbol,
    sources: [Source; 2],
    /// The newest date on which trading is over.
    until: Date,
}

impl SecondOpinion {
    pub(crate) fn new(context: Context, schedule: Arc<Schedule>, history: Arc<History>) -> Self {
        Self { context, schedule, history, progress: Mutex::default() }
    }

    /// Compares what is due until `stop` turns true.
    pub(crate) async fn run(&self, stop: watch::Receiver<bool>) {
        look_every(LOOKS_EVERY, stop, || self.compare_next()).await;
    }

    /// Compares the next instrument that is due; whether there was one.
    pub(crate) async fn compare_next(&self) -> bool {
        let watched = self.schedule.watched();
        self.forget_all_but(&watched);
        // What has waited longest goes first, so that none keeps the others waiting.
        let mut by_turn: Vec<_> = watched.into_iter().map(|it| (self.step(&it).next, it)).collect();
        by_turn.sort();
        let now = self.context.moment();
        let mut in_turn = by_turn.iter().take_while(|(next, _)| *next <= now);
        let Some(plan) = in_turn.find_map(|(_, it)| self.plan(it, now)) else { return false };
        let Plan { symbol, sources: [one, other], until } = &plan;
        let compared = self.history.compare_closes(symbol, [one, other], *until).await;
        if let Err(why) = &compared {
            debug!(%symbol, %one, %other, %why, "closes are not compared");
        }
        self.note(&plan, &compared);
        true
    }

    /// What other sources say of the last closes of an answer; `None` where that is no
    /// question, as of what is shorter than a day or made up.
    pub(crate) fn of(&self, answer: &HistoryResult) -> Option<SecondSource> {
        let head = &answer.series.head;
        if answer.simulated || head.interval.is_intraday() || is_import(&head.source) {
            return None;
        }
        let (symbol, source) = (&head.symbol, &head.source);
        let step = self.step(symbol);
        let apart = self.history.apart_from(symbol, source);
        let mut told = step.heard.beside(source);
        // What was disputed when the service ended is so before anybody is asked again.
        for (other, date) in &apart {
            told.entry(other.clone()).or_insert(*date);
        }
        if told.is_empty() {
            return Some(self.why_nothing(&step, (symbol, source), &answer.instrument));
        }
        let compared = told.into_iter().map(|(other, to)| {
            let agrees = !apart.contains_key(&other);
            Compared { source: other, to, agrees }
        });
        Some(SecondSource::Compared(compared.collect()))
    }

    fn why_nothing(
        &self,
        step: &Step,
        (symbol, source): (&Symbol, &Source),
        instrument: &Instrument,
    ) -> SecondSource {
        if tolerance(instrument.kind).is_none() {
            return SecondSource::NotCompared(NotComparable::Kind(instrument.kind).to_string());
        }
        if self.who_has_days(symbol, step).iter().all(|it| it == source) {
            return SecondSource::Lacking;
        }
        let why = match step.heard.why() {
            Some(why) => why,
            None if self.schedule.is_watched(symbol) => "not compared yet",
            None => "not watched, and only what is watched is compared",
        };
        SecondSource::NotCompared(why.to_owned())
    }

    /// Who may have the days of an instrument, in the order in which it is asked.
    fn who_has_days(&self, symbol: &Symbol, step: &Step) -> Vec<Source> {
        let now = self.context.moment();
        let mut all = self.history.who_has_days(symbol);
        all.retain(|source| !step.heard.is_unable(source, now));
        all
    }

    /// What there is to compare of an instrument whose turn it is. Takes the turns of the
    /// sources that will be asked.
    fn plan(&self, symbol: &Symbol, now: Moment) -> Option<Plan> {
        let instrument = self.context.instrument(symbol);
        tolerance(instrument.kind)?;
        let until = last_over(&instrument, self.context.now().checked_sub(SETTLES_WITHIN).ok()?)?;
        let disputants = self.history.disputants(symbol);
        let step = self.step(symbol);
        if step.compared_to >= Some(until) && disputants.is_empty() {
            return None;
        }
        let sources = self.sources(symbol, disputants, &step)?;
        let mut progress = self.progress();
        let may_ask = sources.iter().all(|it| progress.turns.get(it).is_some_and(|at| *at <= now));
        for source in &sources {
            let apart = Duration::from_secs_f64(
                3600.0 / (PART * self.context.upstreams().per_hour(source)),
            );
            let turn = progress.turns.entry(source.clone()).or_insert(now + apart);
            if may_ask {
                *turn = now + apart;
            }
        }
        may_ask.then(|| Plan { symbol: symbol.clone(), sources, until })
    }

    /// The first source of an instrument, and another: who disputes a close of it, and then
    /// those who could decide; else the next in its order. Of several, each in turn.
    fn sources(
        &self,
        symbol: &Symbol,
        mut others: Vec<Source>,
        step: &Step,
    ) -> Option<[Source; 2]> {
        let mut all = self.who_has_days(symbol, step).into_iter();
        let first = all.next()?;
        let is_more = self.context.settings().repairing != Repairing::Off || others.is_empty();
        for more in all.filter(|_| is_more) {
            if !others.contains(&more) {
                others.push(more);
            }
        }
        let place = (step.tries as usize).checked_rem(others.len())?;
        Some([first, others.swap_remove(place)])
    }

    /// What two sources do not agree on is compared again, ever later.
    fn note(&self, plan: &Plan, compared: &Result<Option<Date>, NotCompared>) {
        let Plan { symbol, sources, until } = plan;
        let is_disputed = !self.history.disputants(symbol).is_empty();
        let mut progress = self.progress();
        let step = progress.steps.entry(symbol.clone()).or_default();
        let now = self.context.moment();
        if step.heard.note(sources, compared, now) {
            self.history.has_changed();
        }
        step.compared_to = step.compared_to.max(*compared.as_ref().unwrap_or(&None));
        step.next = now + AGAIN_AFTER * 2_u32.pow(step.tries.min(DOUBLINGS));
        let is_to_come = is_disputed || step.compared_to < Some(*until);
        step.tries = if is_to_come { step.tries.saturating_add(1) } else { 0 };
    }

    fn step(&self, symbol: &Symbol) -> Step {
        self.progress().steps.get(symbol).cloned().unwrap_or_default()
    }

    fn forget_all_but(&self, watched: &[Symbol]) {
        self.progress().steps.retain(|symbol, _| watched.binary_search(symbol).is_ok());
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The newest date on which trading was over at an instant; `None` where no calendar
/// tells.
fn last_over(instrument: &Instrument, at: Timestamp) -> Option<Date> {
    Some(Calendar::for_instrument(instrument)?.over(at)?.date)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use market::Catalog;

    use super::*;

    #[test]
    fn a_day_is_compared_once_its_trading_is_over() {
        let of = |symbol: &str| Catalog::new().instrument(&symbol.parse().unwrap());
        let last = |instrument: &Instrument, at: &str| last_over(instrument, at.parse().unwrap());
        let us = Instrument { mic: Some("XNYS".into()), ..of("AAPL") };
        assert_eq!(last(&us, "2025-10-29T19:59:00Z"), Some(date(2025, 10, 28)));
        assert_eq!(last(&us, "2025-10-29T20:00:00Z"), Some(date(2025, 10, 29)));
        assert_eq!(last(&of("BTC/EUR"), "2025-10-29T00:00:00Z"), Some(date(2025, 10, 28)));
        assert_eq!(last(&of("NOBODY"), "2025-10-29T20:00:00Z"), None);
    }
}

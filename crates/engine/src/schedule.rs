use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use market::{Moment, Symbol};

/// No refresh takes longer; one that seems to is taken for lost.
const LONGEST_REFRESH: Duration = Duration::from_mins(5);

/// How often a second source is asked for comparison.
const CROSS_CHECK_EVERY: Duration = Duration::from_mins(10);

/// Instruments that come due together: as many as one request can serve.
const TOGETHER: usize = 20;

/// When each instrument is to be refreshed and compared next.
#[derive(Debug)]
pub(crate) struct Schedule {
    due: Mutex<Due>,
    cross_check: Mutex<HashMap<Symbol, Moment>>,
}

#[derive(Debug, Default)]
struct Due {
    /// Those on the watchlist, and those that somebody follows, in an order that is the
    /// same each time.
    watched: BTreeMap<Symbol, Moment>,
    /// How many follow each of them; the watchlist counts as one.
    followers: HashMap<Symbol, usize>,
    /// Refreshed only when somebody asks: as many as the board holds, and those
    /// it has dropped.
    on_demand: HashMap<Symbol, Moment>,
    /// How often what is watched has become another.
    version: u64,
    /// Watched ones that wait for their first refresh; somebody who asks for one
    /// does not wait for its turn.
    new: HashSet<Symbol>,
    under_way: HashSet<Symbol>,
}

impl Due {
    /// Puts an instrument off, so that it is not refreshed twice at once and
    /// comes round again even if its refresh never ends.
    fn take(&mut self, symbol: &Symbol, now: Moment) {
        self.under_way.insert(symbol.clone());
        self.new.remove(symbol);
        self.set(symbol, now + LONGEST_REFRESH);
    }

    fn is_due(&self, symbol: &Symbol, now: Moment) -> bool {
        let at = self.watched.get(symbol).or_else(|| self.on_demand.get(symbol));
        self.new.contains(symbol) || at.is_none_or(|at| *at <= now)
    }

    fn set(&mut self, symbol: &Symbol, at: Moment) {
        if let Some(due) = self.watched.get_mut(symbol) {
            *due = at;
        } else {
            self.on_demand.insert(symbol.clone(), at);
        }
    }

    fn demand(&mut self, symbol: &Symbol, now: Moment) {
        let followers = self.followers.entry(symbol.clone()).or_default();
        *followers += 1;
        if *followers == 1 {
            // Asked for a moment ago, it has been refreshed already.
            let at = self.on_demand.remove(symbol).unwrap_or(now);
            self.watched.insert(symbol.clone(), at);
            self.version += 1;
        }
    }

    fn release(&mut self, symbol: &Symbol) {
        let Some(followers) = self.followers.get_mut(symbol) else { return };
        *followers -= 1;
        if *followers == 0 {
            self.followers.remove(symbol);
            self.version += 1;
            let at = self.watched.remove(symbol);
            self.on_demand.extend(at.map(|at| (symbol.clone(), at)));
        }
    }
}

impl Schedule {
    /// The first few are due at once, the rest spread over one interval, so
    /// that a long list does not begin with a burst.
    pub(crate) fn new(watchlist: &[Symbol], every: Duration, now: Moment) -> Self {
        let groups = watchlist.chunks(TOGETHER);
        let apart = every / u32::try_from(groups.len().max(1)).unwrap_or(u32::MAX);
        let watched = groups.zip(0_u32..).flat_map(|(group, i)| {
            group.iter().map(move |symbol| (symbol.clone(), now + apart * i))
        });
        let new = watchlist.iter().cloned().collect();
        let followers = watchlist.iter().map(|symbol| (symbol.clone(), 1)).collect();
        let due = Due { watched: watched.collect(), followers, new, ..Due::default() };
        Self { due: Mutex::new(due), cross_check: Mutex::default() }
    }

    fn due(&self) -> MutexGuard<'_, Due> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is watched and due, each put off meanwhile.
    pub(crate) fn take_due(&self, now: Moment) -> Vec<Symbol> {
        let mut due = self.due();
        let is_due = |(symbol, at): (&Symbol, &Moment)| (*at <= now).then(|| symbol.clone());
        let taken: Vec<Symbol> = due.watched.iter().filter_map(is_due).collect();
        for symbol in &taken {
            due.take(symbol, now);
        }
        taken
    }

    /// Those of these instruments that are due, or wait for their first refresh, or
    /// were refused to somebody else, each put off meanwhile. One that is named twice
    /// is taken once.
    pub(crate) fn take_asked(
        &self,
        symbols: &[Symbol],
        was_refused: impl Fn(&Symbol) -> bool,
        now: Moment,
    ) -> Vec<Symbol> {
        let mut due = self.due();
        let mut taken = Vec::new();
        for symbol in symbols {
            let may_be_had = || !due.under_way.contains(symbol) && was_refused(symbol);
            if due.is_due(symbol, now) || may_be_had() {
                due.take(symbol, now);
                taken.push(symbol.clone());
            }
        }
        taken
    }

    /// Has these refreshed as the watched ones are, until they are released.
    pub(crate) fn demand(&self, symbols: &[Symbol], now: Moment) {
        let mut due = self.due();
        for symbol in symbols {
            due.demand(symbol, now);
        }
    }

    /// A follower of these is gone.
    pub(crate) fn release(&self, symbols: &[Symbol]) {
        let mut due = self.due();
        for symbol in symbols {
            due.release(symbol);
        }
    }

    /// Those on the watchlist, and those that somebody follows.
    pub(crate) fn watched(&self) -> Vec<Symbol> {
        self.due().watched.keys().cloned().collect()
    }

    /// Whether an instrument is among these.
    pub(crate) fn is_watched(&self, symbol: &Symbol) -> bool {
        self.due().watched.contains_key(symbol)
    }

    /// Another number once those are others than before.
    pub(crate) fn version(&self) -> u64 {
        self.due().version
    }

    /// Brings the next refresh of a watched instrument forward, unless one is
    /// under way or will be as soon.
    pub(crate) fn hasten(&self, symbol: &Symbol, at: Moment) {
        let mut due = self.due();
        let is_under_way = due.under_way.contains(symbol);
        if let Some(next) = due.watched.get_mut(symbol).filter(|_| !is_under_way) {
            *next = at.min(*next);
        }
    }

    /// Has everything refreshed now, or when it is asked for next.
    pub(crate) fn all_due(&self, now: Moment) {
        let mut due = self.due();
        let Due { watched, under_way, on_demand, .. } = &mut *due;
        let waiting = watched.iter_mut().filter(|(symbol, _)| !under_way.contains(*symbol));
        waiting.for_each(|(_, at)| *at = now.min(*at));
        on_demand.retain(|symbol, _| under_way.contains(symbol));
    }

    /// An instrument was refreshed before the start; the next refresh is then.
    pub(crate) fn put_off(&self, symbol: &Symbol, at: Moment) {
        let mut due = self.due();
        due.new.remove(symbol);
        due.set(symbol, at);
    }

    /// Lets go of what would be due without being remembered, and of comparisons that
    /// nobody came for in their time.
    pub(crate) fn forget_due(&self, now: Moment) {
        self.due().on_demand.retain(|_, at| *at > now);
        self.cross_checks().retain(|_, at| *at + CROSS_CHECK_EVERY > now);
    }

    /// Whether an instrument that is asked for now would be refreshed.
    pub(crate) fn is_due(&self, symbol: &Symbol, now: Moment) -> bool {
        self.due().is_due(symbol, now)
    }

    /// Whether a refresh of an instrument is under way.
    pub(crate) fn is_under_way(&self, symbol: &Symbol) -> bool {
        self.due().under_way.contains(symbol)
    }

    /// A refresh has ended; the next is then.
    pub(crate) fn set(&self, symbol: &Symbol, at: Moment) {
        let mut due = self.due();
        due.under_way.remove(symbol);
        due.set(symbol, at);
    }

    /// Whether a comparison is due; if so, the next one is later. The first comes
    /// when an instrument has been watched for a while.
    pub(crate) fn take_cross_check(&self, symbol: &Symbol, now: Moment) -> bool {
        let mut checks = self.cross_checks();
        let known = checks.get(symbol).copied();
        let due = known.is_some_and(|at| at <= now);
        if due || known.is_none() {
            checks.insert(symbol.clone(), now + CROSS_CHECK_EVERY);
        }
        due
    }

    fn cross_checks(&self) -> MutexGuard<'_, HashMap<Symbol, Moment>> {
        self.cross_check.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instrument_that_is_asked_for_twice_is_taken_once() {
        let now = Moment::default();
        let [watched, other]: [Symbol; 2] = ["CAC40", "AAPL"].map(|name| name.parse().unwrap());
        let schedule = Schedule::new(std::slice::from_ref(&watched), Duration::from_mins(1), now);
        let asked = [&other, &watched, &other, &watched].map(Symbol::clone);
        let asked_for = || schedule.take_asked(&asked, |_| false, now);
        assert_eq!(asked_for(), [other, watched]);
        assert!(asked_for().is_empty());
    }

    #[test]
    fn what_was_refused_to_another_need_not_be_due() {
        let now = Moment::default();
        let asked: [Symbol; 1] = ["AAPL".parse().unwrap()];
        let schedule = Schedule::new(&[], Duration::from_mins(1), now);
        assert_eq!(schedule.take_asked(&asked, |_| true, now), asked);
        assert!(schedule.take_asked(&asked, |_| true, now).is_empty(), "it is under way");
        schedule.set(&asked[0], now + Duration::from_mins(1));
        assert!(schedule.take_asked(&asked, |_| false, now).is_empty());
        assert_eq!(schedule.take_asked(&asked, |_| true, now), asked);
    }

    #[test]
    fn what_is_forgotten_is_due_as_it_was() {
        let (now, minute) = (Moment::default(), Duration::from_mins(1));
        let [due, at_rest]: [Symbol; 2] = ["AAPL", "MSFT"].map(|name| name.parse().unwrap());
        let schedule = Schedule::new(&[], minute, now);
        schedule.set(&due, now);
        schedule.set(&at_rest, now + minute);
        schedule.forget_due(now);
        assert!(schedule.is_due(&due, now) && !schedule.is_due(&at_rest, now));
        assert_eq!(schedule.due().on_demand.len(), 1);
    }

    #[test]
    fn a_comparison_that_is_due_is_not_forgotten() {
        let now = Moment::default();
        let asked: Symbol = "AAPL".parse().unwrap();
        let schedule = Schedule::new(&[], Duration::from_mins(1), now);
        assert!(!schedule.take_cross_check(&asked, now));
        schedule.forget_due(now + CROSS_CHECK_EVERY);
        assert!(schedule.take_cross_check(&asked, now + CROSS_CHECK_EVERY));
        schedule.forget_due(now + 4 * CROSS_CHECK_EVERY);
        assert!(schedule.cross_checks().is_empty());
    }
}

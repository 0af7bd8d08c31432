use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use jiff::civil::Date;
use market::{HistoryQuery, HistoryResult, is_current};
use moka::sync::Cache;

/// Results about history in memory, each as the store would give it.
pub(super) struct Memory {
    results: Cache<HistoryQuery, Remembered>,
    /// Counts changes.
    version: AtomicU64,
}

#[derive(Clone)]
struct Remembered {
    result: Arc<HistoryResult>,
    origin: Origin,
}

/// Trading dates; the first may be open.
pub(super) type Dates = (Option<Date>, Date);

/// Whose answer a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The answer to the query itself.
    Own,
    /// Part of the answer to another query, which stands in while it is current.
    Covering,
    /// What somebody brought in by hand of these dates. A period is about other dates on
    /// another day.
    Brought(Dates),
}

impl Memory {
    /// Has room for so many bytes.
    pub(super) fn new(most: u64) -> Self {
        let weigh = |_: &HistoryQuery, it: &Remembered| {
            u32::try_from(it.result.bytes()).unwrap_or(u32::MAX)
        };
        let results = Cache::builder().max_capacity(most).weigher(weigh).build();
        Self { results, version: AtomicU64::default() }
    }

    /// How often something was remembered or forgotten.
    pub(super) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// To be called when it has changed, not before: who sees this sees that too.
    pub(super) fn has_changed(&self) {
        self.version.fetch_add(1, Ordering::AcqRel);
    }

    /// The result of a query, where one may be given.
    pub(super) fn get(&self, query: &HistoryQuery, now: Timestamp) -> Option<Arc<HistoryResult>> {
        let Remembered { result, origin } = self.results.get(query)?;
        let stands = match origin {
            Origin::Own => true,
            Origin::Covering => is_current(&result, now),
            Origin::Brought(_) => false,
        };
        stands.then_some(result)
    }

    /// What was brought in of a query that is about these dates now.
    pub(super) fn brought(&self, query: &HistoryQuery, dates: Dates) -> Option<Arc<HistoryResult>> {
        let Remembered { result, origin } = self.results.get(query)?;
        (origin == Origin::Brought(dates)).then_some(result)
    }

    pub(super) fn remember(&self, result: HistoryResult, origin: Origin) -> Arc<HistoryResult> {
        let result = Arc::new(result);
        let remembered = Remembered { result: Arc::clone(&result), origin };
        self.results.insert(result.query.clone(), remembered);
        self.has_changed();
        result
    }

    pub(super) fn forget(&self, query: &HistoryQuery) {
        self.results.invalidate(query);
        self.has_changed();
    }

    /// The result of a query, whether it may be given or not.
    pub(super) fn held(&self, query: &HistoryQuery) -> Option<Arc<HistoryResult>> {
        self.results.get(query).map(|it| it.result)
    }

    /// The queries of all results.
    pub(super) fn queries(&self) -> Vec<HistoryQuery> {
        self.results.iter().map(|(query, _)| query.as_ref().clone()).collect()
    }

    /// Forgets the results of all queries that something concerns.
    pub(super) fn forget_all(&self, is_concerned: impl Fn(&HistoryQuery) -> bool) {
        self.queries().iter().filter(|it| is_concerned(it)).for_each(|query| self.forget(query));
        self.has_changed();
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use market::{Basis, Catalog, Interval, Kept, Series, SeriesHead, Source, Span};

    use super::*;

    const NOON: Timestamp = Timestamp::constant(1_761_739_200, 0);

    fn result() -> HistoryResult {
        let instrument = Catalog::new().instrument(&"BTC/EUR".parse().unwrap());
        let (symbol, interval) = (instrument.symbol.clone(), Interval::D1);
        let span = Span::Period("1mo".parse().unwrap());
        let question = HistoryQuery { symbol: symbol.clone(), interval, span, source: None };
        let source = Source::new("yahoo");
        let basis = Basis::Unadjusted;
        let head = SeriesHead { symbol, interval, source, currency: None, basis };
        HistoryResult {
            query: question,
            series: Series::new(head, vec![]),
            actions: vec![],
            instrument,
            session: None,
            received_at: NOON,
            simulated: false,
            superseded: false,
            kept: Kept::default(),
            unpriced: vec![],
            disputed: Vec::new(),
            repaired: Vec::new(),
            set_aside: vec![],
        }
    }

    #[test]
    fn part_of_another_answer_stands_in_while_it_is_current_and_no_longer() {
        let (memory, query) = (Memory::new(1 << 20), result().query);
        let later = NOON + SignedDuration::from_hours(48);
        memory.remember(result(), Origin::Covering);
        assert!(memory.get(&query, NOON).is_some() && memory.get(&query, later).is_none());
        memory.remember(result(), Origin::Own);
        assert!(memory.get(&query, later).is_some(), "it is given and refreshed behind");
    }
}

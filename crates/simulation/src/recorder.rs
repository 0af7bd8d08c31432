use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use market::{
    Action, ActionVersion, Bar, BarVersion, Change, ChangesQuery, Dispute, Disputed, DisputesQuery,
    HistoryQuery, HistoryResult, Identity, Instrument, Interval, Noted, Outcome, Quote,
    QuoteVersion, QuoteVersionsQuery, Repair, RepairEnd, RepairRecord, RepairsQuery, Saved, Shown,
    ShownFrom, Slot, Source, Speaks, Spending, Store, StoreError, Symbol,
};
use store::SqliteStore;

use crate::clock::VirtualClock;
use crate::cut::Cut;

/// So many answers about one series are remembered.
const REMEMBERED: usize = 120;

/// An answer that was written.
pub(crate) struct Applied {
    /// How many commits there were before.
    pub(crate) commit: usize,
    pub(crate) query: HistoryQuery,
    pub(crate) received_at: Timestamp,
    /// When it truly was.
    pub(crate) truly: Timestamp,
    pub(crate) bars: BTreeMap<Slot, Bar>,
    /// Dates of which it says nothing.
    pub(crate) unsaid: Vec<Date>,
}

impl Applied {
    /// Whether the slot is between its first bar and its last.
    pub(crate) fn spans(&self, slot: Slot) -> bool {
        let ends = self.bars.keys().next().zip(self.bars.keys().next_back());
        ends.is_some_and(|(first, last)| (*first..=*last).contains(&slot))
    }

    /// Whether it has no bar there, where it ought to.
    pub(crate) fn lacks(&self, slot: Slot) -> bool {
        self.spans(slot) && !self.bars.contains_key(&slot)
    }
}

type Key = (Symbol, Interval, Source);

/// What was written, in order. Outlives restarts.
#[derive(Default)]
pub(crate) struct Record {
    applied: Mutex<BTreeMap<String, Vec<Arc<Applied>>>>,
    /// When each commit says that it became known, in milliseconds.
    commits: Mutex<Vec<i64>>,
}

impl Record {
    /// How many commits there were.
    pub(crate) fn commits(&self) -> usize {
        self.commits.lock().unwrap().len()
    }

    fn note_commit(&self, at: Timestamp) {
        self.commits.lock().unwrap().push(at.as_millisecond());
    }

    /// Whether a commit since then counts as known by an instant.
    pub(crate) fn known_by(&self, since: usize, at: Timestamp) -> bool {
        let commits = self.commits.lock().unwrap();
        commits[since..].iter().any(|known| *known <= at.as_millisecond())
    }

    /// Whether a commit before then says that it became known later than an instant:
    /// the clock was ahead, and has been set right.
    pub(crate) fn known_after(&self, before: usize, at: Timestamp) -> bool {
        let commits = self.commits.lock().unwrap();
        commits[..before].iter().any(|known| *known > at.as_millisecond())
    }

    /// Answers about a series, the oldest first.
    pub(crate) fn applied(&self, key: &Key) -> Vec<Arc<Applied>> {
        self.applied.lock().unwrap().get(&name(key)).cloned().unwrap_or_default()
    }

    fn note(&self, answer: &HistoryResult, truly: Timestamp) {
        let interval = answer.query.interval;
        let bars = answer.series.bars().map(|bar| (Slot::of(interval, &bar), bar));
        let aside = answer.set_aside.iter().filter_map(|it| it.date);
        let applied = Arc::new(Applied {
            commit: self.commits(),
            query: answer.query.clone(),
            received_at: answer.received_at,
            truly,
            bars: bars.collect(),
            unsaid: aside.chain(answer.unpriced.iter().copied()).collect(),
        });
        let source = answer.series.head.source.clone();
        let key = (answer.query.symbol.clone(), interval, source);
        let mut all = self.applied.lock().unwrap();
        let of_series = all.entry(name(&key)).or_default();
        of_series.push(applied);
        if of_series.len() > REMEMBERED {
            of_series.remove(0);
        }
        self.note_commit(answer.received_at);
    }
}

fn name((symbol, interval, source): &Key) -> String {
    format!("{symbol} {interval} {source}")
}

/// The real store, and a record of what is written to it.
pub(crate) struct Recorder {
    pub(crate) store: SqliteStore,
    pub(crate) record: Arc<Record>,
    pub(crate) clock: Arc<VirtualClock>,
    pub(crate) cut: Arc<Cut>,
}

impl Recorder {
    fn noted(
        &self,
        answer: &HistoryResult,
        saved: Result<Saved, StoreError>,
    ) -> Result<Saved, StoreError> {
        if saved.is_ok() && self.cut.done().is_none() {
            self.record.note(answer, self.clock.truly());
        }
        saved
    }
}

#[async_trait]
impl Store for Recorder {
    async fn quotes(&self) -> Result<Vec<Quote>, StoreError> {
        self.store.quotes().await
    }

    async fn persist_answer(
        &self,
        answer: &HistoryResult,
        speaks: Speaks,
        now: Timestamp,
    ) -> Result<Saved, StoreError> {
        self.noted(answer, self.store.persist_answer(answer, speaks, now).await)
    }

    async fn rebase(&self, answer: &HistoryResult, now: Timestamp) -> Result<Saved, StoreError> {
        self.noted(answer, self.store.rebase(answer, now).await)
    }

    async fn answer(
        &self,
        question: &HistoryQuery,
        at: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        self.store.answer(question, at).await
    }

    async fn overlapping(
        &self,
        question: &HistoryQuery,
        from: Option<Date>,
        to: Date,
        at: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        self.store.overlapping(question, from, to, at).await
    }

    async fn covering(
        &self,
        question: &HistoryQuery,
        from: Option<Date>,
        to: Date,
        since: Timestamp,
        at: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        self.store.covering(question, from, to, since, at).await
    }

    async fn persist_spending(&self, spending: &Spending) -> Result<(), StoreError> {
        self.store.persist_spending(spending).await
    }

    async fn spendings(&self) -> Result<Vec<Spending>, StoreError> {
        self.store.spendings().await
    }

    async fn actions(
        &self,
        symbol: &Symbol,
        source: &Source,
        at: Option<Timestamp>,
    ) -> Result<Vec<Action>, StoreError> {
        self.store.actions(symbol, source, at).await
    }

    async fn persist_shown(&self, shown: &[ShownFrom], now: Timestamp) -> Result<(), StoreError> {
        let saved = self.store.persist_shown(shown, now).await;
        if saved.is_ok() && self.cut.done().is_none() {
            for it in shown {
                self.record.note_commit(it.at);
            }
        }
        saved
    }

    async fn shown_at(&self, symbols: &[Symbol], at: Timestamp) -> Result<Vec<Shown>, StoreError> {
        self.store.shown_at(symbols, at).await
    }

    async fn persist_streamed(
        &self,
        told: &HistoryResult,
        since: Slot,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.store.persist_streamed(told, since, at).await
    }

    async fn streamed(
        &self,
        question: &HistoryQuery,
        source: &Source,
        at: Timestamp,
    ) -> Result<Option<(Vec<Bar>, Timestamp)>, StoreError> {
        self.store.streamed(question, source, at).await
    }

    async fn persist_identities(&self, brought: &[Identity]) -> Result<(), StoreError> {
        self.store.persist_identities(brought).await
    }

    async fn identities(&self) -> Result<Vec<Identity>, StoreError> {
        self.store.identities().await
    }

    async fn note_start(&self, at: Timestamp) -> Result<(), StoreError> {
        self.store.note_start(at).await
    }

    async fn note_skipped(&self, skipped: Range<Timestamp>) -> Result<Noted, StoreError> {
        self.store.note_skipped(skipped).await
    }

    async fn bar_versions(
        &self,
        symbol: &Symbol,
        interval: Interval,
        source: Option<&Source>,
        from: Option<Date>,
        to: Date,
    ) -> Result<Vec<BarVersion>, StoreError> {
        self.store.bar_versions(symbol, interval, source, from, to).await
    }

    async fn action_versions(
        &self,
        symbol: &Symbol,
        from: Option<Date>,
        to: Date,
    ) -> Result<Vec<ActionVersion>, StoreError> {
        self.store.action_versions(symbol, from, to).await
    }

    async fn quote_versions(
        &self,
        query: &QuoteVersionsQuery,
    ) -> Result<Vec<QuoteVersion>, StoreError> {
        self.store.quote_versions(query).await
    }

    async fn changes(&self, query: &ChangesQuery) -> Result<Vec<Change>, StoreError> {
        self.store.changes(query).await
    }

    async fn begin_dispute(&self, dispute: &Dispute) -> Result<(), StoreError> {
        self.store.begin_dispute(dispute).await
    }

    async fn end_dispute(
        &self,
        dispute: &Dispute,
        at: Timestamp,
        outcome: Outcome,
    ) -> Result<(), StoreError> {
        self.store.end_dispute(dispute, at, outcome).await
    }

    async fn disputes(
        &self,
        symbol: Option<&Symbol>,
        at: Option<Timestamp>,
    ) -> Result<Vec<Dispute>, StoreError> {
        self.store.disputes(symbol, at).await
    }

    async fn disputed(&self, query: &DisputesQuery) -> Result<Vec<Disputed>, StoreError> {
        self.store.disputed(query).await
    }

    async fn begin_repair(&self, repair: &Repair) -> Result<(), StoreError> {
        self.store.begin_repair(repair).await
    }

    async fn end_repair(
        &self,
        repair: &Repair,
        at: Timestamp,
        how: RepairEnd,
    ) -> Result<(), StoreError> {
        self.store.end_repair(repair, at, how).await
    }

    async fn repairs(
        &self,
        symbol: Option<&Symbol>,
        at: Option<Timestamp>,
    ) -> Result<Vec<Repair>, StoreError> {
        self.store.repairs(symbol, at).await
    }

    async fn repair_records(&self, query: &RepairsQuery) -> Result<Vec<RepairRecord>, StoreError> {
        self.store.repair_records(query).await
    }

    async fn instruments(&self) -> Result<Vec<Instrument>, StoreError> {
        self.store.instruments().await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.store.check().await
    }
}

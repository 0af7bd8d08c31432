//! Price history: from memory, else the store, else upstreams.
//!
//! [`History`] owns results in memory, the requests under way, the sources that
//! rest, and the bars that form from ticks. A query is looked up first; `asking`
//! puts it to sources; `persist` checks and stores what they answer, beside what
//! `comparison` reads of the series; `closes` compares it with another source's, and
//! `repairs` keeps what others know better; `fallback` says what to give where nobody does;
//! `as_known` what was given at an instant; `unstored` what is in memory alone.

mod as_known;
mod asking;
mod closes;
mod comparison;
mod composed;
mod error;
mod fallback;
mod import;
mod live;
mod memory;
mod persist;
mod repairs;
mod resting;
mod two;
mod unstored;
mod usual;
mod work;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use market::{
    Bar, Change, HistoryQuery, HistoryResult, Instrument, Interval, Moment, Period, Session,
    Source, SourceError, Span, StoreError, Symbol, Tick, is_current,
};
use moka::sync::Cache;
use tokio::sync::broadcast;
use tokio::time::timeout;

use crate::asker::Asker;
use crate::context::Context;
use crate::failures::SourceFailures;
use crate::flight::Flights;
use crate::interest::Question;
use crate::not_stored;
use crate::plausibility::{Plausibility, RejectedHistory};
use crate::settings::Settings;
use asking::Brought;
pub(crate) use closes::NotCompared;
use composed::put_together;
pub use error::HistoryError;
pub use import::{ImportError, Imported, Revision};
use live::Live;
use memory::{Memory, Origin};
use repairs::Repairs;
pub use repairs::UndoError;
use resting::Resting;
use unstored::Unstored;
use usual::Usual;
use work::Work;

/// The source of bars that somebody brought in by hand. Nobody is asked for
/// them, and upstreams' bars go before them.
pub const IMPORT: &str = Source::IMPORT;

pub(crate) fn is_import(source: &Source) -> bool {
    source.as_str() == IMPORT
}

/// Changes that may wait for whoever follows them.
const CHANGES_WAITING: usize = 1_024;

/// How many answered questions are remembered, for when somebody sets the clock.
const ANSWERED_REMEMBERED: u64 = 10_000;

/// Of how many periods it is remembered that they have to be asked for by dates.
const PERIODS_REMEMBERED: u64 = 10_000;

/// What a reader of history is given.
type Given = Result<Arc<HistoryResult>, HistoryError>;

/// Everything that is held of price history, and the way to get more.
pub(crate) struct History {
    context: Context,
    plausibility: Plausibility,
    repairs: Repairs,
    results: Memory,
    /// Rises whenever results are forgotten because what they hold has changed.
    changes: AtomicU64,
    work: Work,
    resting: Resting,
    /// When a source last answered each question.
    answered: Cache<HistoryQuery, Moment>,
    usual: Usual,
    /// What sources said that answer a period in another interval where it is asked for
    /// by name, and by dates as asked.
    only_by_dates: Cache<(Source, HistoryQuery), SourceError>,
    flights: Flights<HistoryQuery, Brought>,
    /// Bars that form while prices are streamed.
    live: Live,
    revised: broadcast::Sender<Change>,
    /// What is held in memory alone, and why.
    unstored: Unstored,
}

impl History {
    /// Begins with what was disputed when the service ended. Where that cannot be
    /// read, the log says so.
    pub(crate) async fn start(context: Context) -> Self {
        let disputes = context.store().disputes(None, None).await.unwrap_or_else(|error| {
            not_stored::log(&error, "it cannot be read which histories were disputed");
            Vec::new()
        });
        // The other half is for results that are being received and stored.
        let most = context.settings().cache_bytes / 2;
        let history = Self {
            repairs: Repairs::start(&context).await,
            context,
            plausibility: Plausibility::with(disputes.clone()),
            results: Memory::new(most),
            changes: AtomicU64::default(),
            work: Work::new(most / 2),
            resting: Resting::new(),
            answered: Cache::new(ANSWERED_REMEMBERED),
            usual: Usual::default(),
            only_by_dates: Cache::new(PERIODS_REMEMBERED),
            flights: Flights::default(),
            live: Live::default(),
            revised: broadcast::Sender::new(CHANGES_WAITING),
            unstored: Unstored::default(),
        };
        history.end_orphaned(&disputes).await;
        history
    }

    /// To be called when something else is to be said of what is held.
    pub(crate) fn has_changed(&self) {
        self.results.has_changed();
    }

    /// Counts changes to what is held of history.
    pub(crate) fn version(&self) -> u64 {
        self.results.version()
    }

    /// What a query brings: as it is published, or put together from what is.
    pub(crate) async fn get(self: &Arc<Self>, query: &HistoryQuery, asker: &Asker) -> Given {
        if let Some(finer) = query.interval.made_of() {
            let finer = HistoryQuery { interval: finer, ..query.clone() };
            let result = self.published(&finer, asker).await?;
            return Ok(Arc::new(put_together(&result, query)));
        }
        self.published(query, asker).await
    }

    /// History in an interval that upstreams publish. What is disputed is marked so, and
    /// is not given as fresh; what others know better is repaired, where that is wanted.
    async fn published(self: &Arc<Self>, query: &HistoryQuery, asker: &Asker) -> Given {
        let result = self.newest(query, asker).await?;
        let disputes = self.plausibility.disputes(&query.symbol);
        let repairs = self.repairs.of_series(&result.series.head);
        if result.simulated || disputes.is_empty() && repairs.is_empty() {
            return Ok(result);
        }
        Ok(Arc::new(HistoryResult::clone(&result).marked(&disputes, &repairs)))
    }

    async fn newest(self: &Arc<Self>, query: &HistoryQuery, asker: &Asker) -> Given {
        if query.source.as_ref().is_some_and(is_import) {
            return self.imported(query).await;
        }
        match self.held(query).await {
            Ok(Some(result)) => {
                // What its source said decides, not what was streamed since.
                if !self.is_current(&result) && self.may_ask_any(query) {
                    self.note_asked(query, asker);
                    drop(self.refresh(query));
                }
                let given = self.live.up_to_date(Arc::clone(&result), self.context.now());
                self.note_streamed(&result, &given).await;
                Ok(given)
            }
            Ok(None) => self.first(query, None, asker).await,
            Err(error) => self.first_without_store(query, asker, error).await,
        }
    }

    /// Stores what is answered beyond what its source said, so that it can be answered
    /// again. Readers of one moment get the same, and it is stored once.
    async fn note_streamed(&self, answered: &HistoryResult, given: &Arc<HistoryResult>) {
        let Some((_, last)) = answered.series.outer_slots() else { return };
        if std::ptr::eq(answered, &raw const **given) || !self.live.is_first_given(given) {
            return;
        }
        let (store, now) = (self.context.store(), self.context.now());
        if let Err(error) = store.persist_streamed(given, last, now).await {
            let given = &given.query;
            not_stored::log(
                &error,
                &format!(
                    "bars streamed for {given} cannot be stored; answers with them cannot be repeated"
                ),
            );
        }
    }

    /// Where the store cannot be read, a source may still answer. Where none does,
    /// that is not the same as that nothing is held.
    async fn first_without_store(
        self: &Arc<Self>,
        query: &HistoryQuery,
        asker: &Asker,
        error: StoreError,
    ) -> Given {
        match self.first(query, None, asker).await {
            Ok(result) => {
                not_stored::log(
                    &error,
                    &format!("stored bars cannot be read; others are given for {query}"),
                );
                Ok(result)
            }
            Err(failed) => Err(failed.with_store(Some(error))),
        }
    }

    /// Waits for a first result, received no earlier than an instant where one is named;
    /// where bars that other queries brought could be given meanwhile, only for the
    /// deadline of a read.
    async fn first(
        self: &Arc<Self>,
        query: &HistoryQuery,
        since: Option<Timestamp>,
        asker: &Asker,
    ) -> Given {
        let given = |brought: Option<Brought>| match brought {
            Some(brought) => brought.given_to(asker),
            None => Err(SourceFailures::default().into()),
        };
        self.note_asked(query, asker);
        let mut asking = pin!(self.refresh_as_if_alone(query, since));
        let Settings { read_deadline, longest_wait, .. } = *self.context.settings();
        if let Ok(found) = timeout(read_deadline, &mut asking).await {
            return given(found);
        }
        let unreadable = match self.overlapping(query, None).await {
            Ok(Some(held)) if asker.takes(&held) => return Ok(Arc::new(held)),
            Ok(_) => None,
            Err(error) => Some(error),
        };
        let found = given(timeout(longest_wait, asking).await.ok().flatten());
        found.map_err(|failed| failed.with_store(unreadable))
    }

    /// What its sources say of a query, for somebody who can wait: what is held
    /// and current is given as it is, of other questions too, and anything older is
    /// asked for anew. There is no fallback to what is old, imported or simulated.
    /// Expects an interval that upstreams publish.
    pub(crate) async fn fetch(&self, query: &HistoryQuery, asker: &Asker) -> Given {
        let unreadable = match self.held(query).await {
            Ok(Some(result)) if self.is_current(&result) => return Ok(result),
            Ok(_) => None,
            Err(error) => Some(error),
        };
        self.note_asked(query, asker);
        let asked = self.ask_sources(query, self.sources_for(query)).await;
        asked.map_err(|failures| HistoryError::from(failures).with_store(unreadable))
    }

    /// All actions of an instrument, in a result received no earlier than an
    /// instant.
    pub(crate) async fn actions_since(
        self: &Arc<Self>,
        symbol: &Symbol,
        since: Timestamp,
        asker: &Asker,
    ) -> Given {
        let query = all_actions(symbol);
        let is_new = |result: &Arc<HistoryResult>| result.received_at >= since;
        let unreadable = match self.held(&query).await {
            Ok(Some(held)) if is_new(&held) => return Ok(held),
            Ok(_) => None,
            Err(error) => Some(error),
        };
        let received = self.first(&query, Some(since), asker).await;
        let received = received.map_err(|failed| failed.with_store(unreadable))?;
        if is_new(&received) { Ok(received) } else { Err(SourceFailures::default().into()) }
    }

    /// Upstreams are to be asked a query for somebody.
    fn note_asked(&self, query: &HistoryQuery, asker: &Asker) {
        self.context.interest().asks(asker.client(), Question::History(query.clone()));
        let is_known = self.context.instruments().is_known(&query.symbol);
        asker.depends_on(self.sources_for(query), is_known);
    }

    /// The last result of this query, from memory or the store; or, where dates
    /// were asked for that another result covers, that part of it.
    async fn held(&self, query: &HistoryQuery) -> Result<Option<Arc<HistoryResult>>, StoreError> {
        if let Some(result) = self.results.get(query, self.context.now()) {
            return Ok(Some(result));
        }
        let changes = self.changes.load(Ordering::Acquire);
        let (found, origin) = match self.context.store().answer(query, None).await? {
            None => (self.covering(query, None).await?, Origin::Covering),
            found => (found, Origin::Own),
        };
        Ok(found.map(|result| self.remembered(changes, query, result, origin)))
    }

    /// What was read of the store, remembered. What has changed since is not to be
    /// remembered as it was.
    fn remembered(
        &self,
        changes: u64,
        query: &HistoryQuery,
        result: HistoryResult,
        origin: Origin,
    ) -> Arc<HistoryResult> {
        let result = self.results.remember(result, origin);
        if changes != self.changes.load(Ordering::Acquire) {
            self.results.forget(query);
        }
        result
    }

    /// What is remembered of these queries has changed, and so has what is being read.
    fn forget_all(&self, is_concerned: impl Fn(&HistoryQuery) -> bool) {
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.results.forget_all(is_concerned);
    }

    /// Dates that a result of another query covers need not be asked for: a hole
    /// in it is a hole. A period is always asked for, because its source decides
    /// what it means.
    async fn covering(
        &self,
        query: &HistoryQuery,
        at: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        let Span::Dates { from, to } = query.span else { return Ok(None) };
        let store = self.context.store();
        let found = store.covering(query, Some(from), to, Timestamp::MIN, at).await?;
        let now = at.unwrap_or_else(|| self.context.now());
        Ok(found.filter(|covering| is_current(covering, now)))
    }

    /// Whether a result may be given without asking anew.
    fn is_current(&self, result: &HistoryResult) -> bool {
        is_current(result, self.context.now()) && self.is_of_this_clock(result)
    }

    /// Whether a result was received since somebody set the clock back: one from before
    /// looks younger than it is, and is asked for anew. It is given as its stamp says, as
    /// it will be given as of this instant. A simulated one has no age.
    fn is_of_this_clock(&self, result: &HistoryResult) -> bool {
        let answered = || self.answered.get(&result.query);
        let is_since = |set: Moment| answered().is_some_and(|answered| set <= answered);
        result.simulated || self.context.clock_set_back_at().is_none_or(is_since)
    }

    /// Whether the store holds a result, and so a restart would.
    pub(crate) async fn is_stored(&self, result: &HistoryResult) -> Result<bool, StoreError> {
        let stored = self.context.store().answer(&result.query, None).await?;
        // The store keeps instants to the millisecond.
        Ok(stored.is_some_and(|stored| {
            stored.received_at.as_millisecond() >= result.received_at.as_millisecond()
        }))
    }

    /// Whether upstreams are being asked for history.
    pub(crate) fn is_asking(&self) -> bool {
        !self.flights.is_empty()
    }

    /// Who may be asked about an instrument, first choice first, and what was
    /// imported.
    pub(crate) fn sources_of(&self, symbol: &Symbol) -> Vec<Source> {
        let upstreams = self.context.catalog().sources(symbol).iter().copied();
        upstreams.chain([IMPORT]).map(Source::new).collect()
    }

    /// Results that are not believed.
    pub(crate) fn rejected(&self) -> Vec<RejectedHistory> {
        self.plausibility.rejected_histories()
    }

    /// Takes a plausible price into the bars that form. To be called before it is
    /// on the board, so that a reader who sees the price finds its bar.
    pub(crate) fn take_tick(&self, tick: &Tick, instrument: &Instrument) {
        self.live.take(tick, instrument);
    }

    /// No more prices of these come from this source until the next one is taken.
    pub(crate) fn interrupt(&self, source: &Source, symbols: &[Symbol]) {
        self.live.interrupted(source, symbols);
    }

    /// Whether the last bar of a result moves from second to second.
    pub(crate) fn is_growing(&self, result: &HistoryResult) -> bool {
        self.live.is_growing(result, self.context.now())
    }

    /// Bars as ticks form them, by the source that sent the last of them.
    pub(crate) fn live_bars(
        &self,
        symbol: &Symbol,
        interval: Interval,
        session: Option<Session>,
        since: Option<Timestamp>,
    ) -> Option<(Source, Vec<Bar>)> {
        self.live.newest(symbol, interval, session, since, self.context.now())
    }
}

/// The cheapest query that brings all actions of an instrument.
pub(crate) fn all_actions(symbol: &Symbol) -> HistoryQuery {
    let span = Span::Period(Period::Max);
    HistoryQuery { symbol: symbol.clone(), interval: Interval::Mo3, span, source: None }
}

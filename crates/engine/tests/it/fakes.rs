use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use engine::{Calls, Engine, Settings, Simulator, Sources};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use market::{
    Action, ActionVersion, Bar, BarSource, BarVersion, Basis, Catalog, Change, ChangesQuery, Clock,
    Dispute, Disputed, DisputesQuery, HistoryQuery, HistoryResult, Identity, Instrument, Interval,
    Kept, Outcome, Quote, QuoteSource, QuoteVersion, QuoteVersionsQuery, Repair, RepairEnd,
    RepairRecord, RepairsQuery, Saved, Series, SeriesHead, Showing, Shown, ShownFrom, Slot, Source,
    SourceError, Span, Speaks, Spending, Store, StoreError, Symbol,
};
use testkit::{SettableClock, bare_bar, bare_quote};
use tokio::sync::watch;

use super::facts;

pub(crate) fn symbol(text: &str) -> Symbol {
    text.parse().unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn daily(name: &str, period: &str) -> HistoryQuery {
    let span = Span::Period(period.parse().unwrap());
    HistoryQuery { symbol: symbol(name), interval: Interval::D1, span, source: None }
}

/// What a fake source does when asked.
#[derive(Clone)]
pub(crate) enum Does {
    /// Answers with this price, true at that instant (now if none is given).
    Price(f64, Option<Timestamp>),
    /// Answers with these closes, the last of today, and the last as the price.
    Closes([f64; 3]),
    /// Leaves one out of every answer about several.
    LeavesOut(Symbol),
    /// Has such bars of dates; of periods those of another length.
    OnlyByDates(f64),
    Fails(SourceError),
}

pub(crate) struct FakeSource {
    name: &'static str,
    clock: Arc<SettableClock>,
    does: Mutex<Does>,
    calls: AtomicUsize,
    asked_for: Mutex<Vec<HistoryQuery>>,
    gate: watch::Sender<bool>,
}

impl FakeSource {
    pub(crate) fn does(&self, does: Does) {
        *self.does.lock().unwrap() = does;
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// Every question about history.
    pub(crate) fn asked_for(&self) -> Vec<HistoryQuery> {
        self.asked_for.lock().unwrap().clone()
    }

    /// Holds every call back until the gate opens again.
    pub(crate) fn gate(&self, open: bool) {
        self.gate.send_replace(open);
    }

    async fn asked(&self) -> Does {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.gate.subscribe().wait_for(|open| *open).await.unwrap();
        self.does.lock().unwrap().clone()
    }

    fn quote(&self, instrument: &Instrument, price: f64, as_of: Option<Timestamp>) -> Quote {
        let quote = bare_quote(instrument, price, self.name, self.clock.now());
        Quote { as_of: as_of.or(quote.as_of), simulated: self.name == "demo", ..quote }
    }

    fn answer(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
        closes: [f64; 3],
    ) -> HistoryResult {
        let now = self.clock.now();
        let day = |(back, close): (i64, f64)| {
            let open_time = now.checked_sub(SignedDuration::from_hours(24 * back)).unwrap();
            Bar { provisional: back == 0, ..bare_bar(open_time, close) }
        };
        let head = SeriesHead {
            symbol: question.symbol.clone(),
            interval: question.interval,
            source: self.source_name(),
            currency: None,
            basis: Basis::Unadjusted,
        };
        HistoryResult {
            query: question.clone(),
            series: Series::new(head, [2, 1, 0].into_iter().zip(closes).map(day).collect()),
            actions: vec![],
            instrument: instrument.clone(),
            session: None,
            received_at: now,
            simulated: self.name == "demo",
            superseded: false,
            kept: Kept::default(),
            unpriced: Vec::new(),
            disputed: Vec::new(),
            repaired: Vec::new(),
            set_aside: Vec::new(),
        }
    }

    fn source_name(&self) -> Source {
        Source::new(self.name)
    }
}

#[async_trait]
impl QuoteSource for FakeSource {
    fn source(&self) -> Source {
        self.source_name()
    }

    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        match self.asked().await {
            Does::Price(price, as_of) => {
                Ok(batch.iter().map(|it| Ok(self.quote(it, price, as_of))).collect())
            }
            Does::Closes([.., price]) | Does::OnlyByDates(price) => {
                Ok(batch.iter().map(|it| Ok(self.quote(it, price, None))).collect())
            }
            Does::LeavesOut(left_out) => {
                let quote = |it: &Instrument| {
                    if batch.len() > 1 && it.symbol == left_out {
                        return Err(SourceError::LeftOut(it.symbol.clone()));
                    }
                    Ok(self.quote(it, 1.1, None))
                };
                Ok(batch.iter().map(quote).collect())
            }
            Does::Fails(error @ SourceError::LeftOut(_)) => {
                Ok(batch.iter().map(|_| Err(error.clone())).collect())
            }
            Does::Fails(error) if error.is_passing() => Err(error),
            Does::Fails(error) => Ok(batch.iter().map(|_| Err(error.clone())).collect()),
        }
    }
}

#[async_trait]
impl BarSource for FakeSource {
    fn source(&self) -> Source {
        self.source_name()
    }

    async fn bars(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        self.asked_for.lock().unwrap().push(question.clone());
        match self.asked().await {
            Does::Closes(closes) => Ok(self.answer(question, instrument, closes)),
            Does::OnlyByDates(_) if matches!(question.span, Span::Period(_)) => {
                let first = Some(jiff::civil::date(1993, 1, 29));
                Err(SourceError::OtherInterval { given: Some(Interval::Mo1), first })
            }
            Does::Price(close, _) | Does::OnlyByDates(close) => {
                Ok(self.answer(question, instrument, [close; 3]))
            }
            Does::LeavesOut(left_out) => Err(SourceError::LeftOut(left_out)),
            Does::Fails(error) => Err(error),
        }
    }
}

/// A store in memory that can be told to fail. Outlives engines, as a file does.
#[derive(Default)]
pub(crate) struct MemoryStore {
    quotes: Mutex<HashMap<Symbol, Quote>>,
    answers: Mutex<HashMap<HistoryQuery, HistoryResult>>,
    spendings: Mutex<HashMap<Source, Spending>>,
    disputes: Mutex<Vec<Dispute>>,
    pub(crate) broken: std::sync::atomic::AtomicBool,
    /// Whether results can be written though not be read.
    pub(crate) unreadable: std::sync::atomic::AtomicBool,
    /// Which trading dates bars were read of, by [`Store::overlapping`].
    pub(crate) stretches: Mutex<Vec<(Option<Date>, Date)>>,
    identities: Mutex<Vec<Identity>>,
    /// Whether quotes that are to be written wait.
    pub(crate) held_up: watch::Sender<bool>,
}

impl MemoryStore {
    fn works(&self) -> Result<(), StoreError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::unusable("as this test wants"));
        }
        Ok(())
    }

    fn is_readable(&self) -> Result<(), StoreError> {
        if self.unreadable.load(Ordering::SeqCst) {
            return Err(StoreError::unusable("as this test wants"));
        }
        self.works()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn persist_shown(&self, shown: &[ShownFrom], _: Timestamp) -> Result<(), StoreError> {
        self.held_up.subscribe().wait_for(|held_up| !*held_up).await.unwrap();
        // What is disputed is not what a restart begins from.
        for shown in shown.iter().map(|it| &it.shown).filter(|it| it.believed.is_none()) {
            if let Showing::Quote(quote) = &shown.showing {
                assert!(!quote.simulated, "nothing simulated is ever kept");
                self.works()?;
                self.quotes.lock().unwrap().insert(shown.symbol.clone(), Quote::clone(quote));
            }
        }
        self.works()
    }

    async fn shown_at(&self, _: &[Symbol], _: Timestamp) -> Result<Vec<Shown>, StoreError> {
        self.works()?;
        Ok(Vec::new())
    }

    async fn quotes(&self) -> Result<Vec<Quote>, StoreError> {
        self.works()?;
        Ok(self.quotes.lock().unwrap().values().cloned().collect())
    }

    async fn persist_answer(
        &self,
        answer: &HistoryResult,
        _: Speaks,
        _: Timestamp,
    ) -> Result<Saved, StoreError> {
        assert!(!answer.simulated, "nothing simulated is ever kept");
        self.works()?;
        self.answers.lock().unwrap().insert(answer.query.clone(), answer.clone());
        Ok(Saved::default())
    }

    async fn rebase(&self, answer: &HistoryResult, now: Timestamp) -> Result<Saved, StoreError> {
        self.persist_answer(answer, Speaks::OfItsStretch, now).await
    }

    async fn answer(
        &self,
        question: &HistoryQuery,
        _: Option<jiff::Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        self.is_readable()?;
        Ok(self.answers.lock().unwrap().get(question).cloned())
    }

    async fn overlapping(
        &self,
        question: &HistoryQuery,
        from: Option<Date>,
        to: Date,
        _: Option<jiff::Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        self.is_readable()?;
        self.stretches.lock().unwrap().push((from, to));
        let answers = self.answers.lock().unwrap();
        let same = |answer: &&HistoryResult| {
            answer.query.symbol == question.symbol && answer.query.interval == question.interval
        };
        let cut = |answer: &HistoryResult| HistoryResult {
            query: question.clone(),
            series: answer.series.between(from, to),
            ..answer.clone()
        };
        Ok(answers.values().find(same).map(cut).filter(|answer| !answer.series.is_empty()))
    }

    async fn covering(
        &self,
        _: &HistoryQuery,
        _: Option<Date>,
        _: Date,
        _: jiff::Timestamp,
        _: Option<jiff::Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        self.works()?;
        Ok(None)
    }

    async fn persist_streamed(
        &self,
        _: &HistoryResult,
        _: Slot,
        _: jiff::Timestamp,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn streamed(
        &self,
        _: &HistoryQuery,
        _: &Source,
        _: jiff::Timestamp,
    ) -> Result<Option<(Vec<Bar>, jiff::Timestamp)>, StoreError> {
        Ok(None)
    }

    async fn persist_identities(&self, brought: &[Identity]) -> Result<(), StoreError> {
        self.works()?;
        self.identities.lock().unwrap().extend_from_slice(brought);
        Ok(())
    }

    async fn identities(&self) -> Result<Vec<Identity>, StoreError> {
        self.is_readable()?;
        Ok(self.identities.lock().unwrap().clone())
    }

    async fn note_start(&self, _: jiff::Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn note_skipped(
        &self,
        _: std::ops::Range<jiff::Timestamp>,
    ) -> Result<market::Noted, StoreError> {
        Ok(market::Noted::Stored)
    }

    async fn persist_spending(&self, spending: &Spending) -> Result<(), StoreError> {
        self.works()?;
        let mut spendings = self.spendings.lock().unwrap();
        spendings.insert(spending.upstream.clone(), spending.clone());
        Ok(())
    }

    async fn spendings(&self) -> Result<Vec<Spending>, StoreError> {
        self.is_readable()?;
        Ok(self.spendings.lock().unwrap().values().cloned().collect())
    }

    async fn actions(
        &self,
        _: &Symbol,
        _: &Source,
        _: Option<jiff::Timestamp>,
    ) -> Result<Vec<Action>, StoreError> {
        self.works()?;
        Ok(Vec::new())
    }

    async fn bar_versions(
        &self,
        _: &Symbol,
        _: Interval,
        _: Option<&Source>,
        _: Option<Date>,
        _: Date,
    ) -> Result<Vec<BarVersion>, StoreError> {
        self.works()?;
        Ok(Vec::new())
    }

    async fn action_versions(
        &self,
        _: &Symbol,
        _: Option<Date>,
        _: Date,
    ) -> Result<Vec<ActionVersion>, StoreError> {
        self.works()?;
        Ok(Vec::new())
    }

    async fn quote_versions(
        &self,
        _: &QuoteVersionsQuery,
    ) -> Result<Vec<QuoteVersion>, StoreError> {
        self.works()?;
        Ok(Vec::new())
    }

    async fn changes(&self, _: &ChangesQuery) -> Result<Vec<Change>, StoreError> {
        self.works()?;
        Ok(Vec::new())
    }

    async fn begin_dispute(&self, dispute: &Dispute) -> Result<(), StoreError> {
        self.works()?;
        *self.disputes.lock().unwrap() = vec![dispute.clone()];
        Ok(())
    }

    async fn end_dispute(&self, _: &Dispute, _: Timestamp, _: Outcome) -> Result<(), StoreError> {
        self.works()?;
        self.disputes.lock().unwrap().clear();
        Ok(())
    }

    async fn disputes(
        &self,
        _: Option<&Symbol>,
        _: Option<Timestamp>,
    ) -> Result<Vec<Dispute>, StoreError> {
        self.works()?;
        Ok(self.disputes.lock().unwrap().clone())
    }

    async fn disputed(&self, _: &DisputesQuery) -> Result<Vec<Disputed>, StoreError> {
        Ok(Vec::new())
    }

    async fn begin_repair(&self, _: &Repair) -> Result<(), StoreError> {
        Ok(())
    }

    async fn end_repair(
        &self,
        _: &Repair,
        _: jiff::Timestamp,
        _: RepairEnd,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn repairs(
        &self,
        _: Option<&Symbol>,
        _: Option<jiff::Timestamp>,
    ) -> Result<Vec<Repair>, StoreError> {
        Ok(Vec::new())
    }

    async fn repair_records(&self, _: &RepairsQuery) -> Result<Vec<RepairRecord>, StoreError> {
        Ok(Vec::new())
    }

    async fn instruments(&self) -> Result<Vec<Instrument>, StoreError> {
        self.works()?;
        Ok(self.quotes.lock().unwrap().values().map(|quote| quote.instrument.clone()).collect())
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.works()
    }
}

/// An engine with fakes for all that is outside it.
pub(crate) struct World {
    pub(crate) clock: Arc<SettableClock>,
    pub(crate) yahoo: Arc<FakeSource>,
    pub(crate) er_api: Arc<FakeSource>,
    pub(crate) coingecko: Arc<FakeSource>,
    pub(crate) demo: Arc<FakeSource>,
    pub(crate) store: Arc<MemoryStore>,
}

impl World {
    /// A Wednesday at noon, when markets are open.
    pub(crate) fn new() -> Self {
        let clock = SettableClock::at("2025-10-29T12:00:00Z");
        let source = |name, price| {
            let (clock, does) = (Arc::clone(&clock), Mutex::new(Does::Price(price, None)));
            Arc::new(FakeSource {
                name,
                clock,
                does,
                calls: AtomicUsize::new(0),
                asked_for: Mutex::default(),
                gate: watch::Sender::new(true),
            })
        };
        Self {
            yahoo: source("yahoo", 1.1),
            er_api: source("er_api", 1.2),
            coingecko: source("coingecko", 60_000.0),
            demo: source("demo", 9.0),
            store: Arc::default(),
            clock,
        }
    }

    pub(crate) async fn engine(&self) -> Engine {
        self.start(self.sources()).await
    }

    /// CoinGecko has history here, too, and is asked for it before Yahoo.
    pub(crate) async fn engine_with_two_histories(&self) -> Engine {
        self.start(self.sources().with_bars(self.coingecko.clone())).await
    }

    pub(crate) async fn engine_with_demo(&self) -> Engine {
        let (quotes, bars) = (self.demo.clone(), self.demo.clone());
        let simulator = Simulator { quotes, bars, stream: None, documents: None };
        self.start(self.sources().with_simulator(simulator)).await
    }

    pub(crate) fn sources(&self) -> Sources {
        self.sources_of(facts::catalog())
    }

    pub(crate) fn sources_of(&self, catalog: Catalog) -> Sources {
        Sources::of(catalog)
            .with_quotes(self.yahoo.clone())
            .with_bars(self.yahoo.clone())
            .with_quotes(self.er_api.clone())
            .with_quotes(self.coingecko.clone())
            .with_calls(Calls { attempts: 1, ..Calls::default() })
    }

    pub(crate) async fn start(&self, sources: Sources) -> Engine {
        self.start_watching(&["EURUSD=X", "CAC40", "BTC/EUR", "EUR/USD"], sources).await
    }

    pub(crate) async fn start_watching(&self, names: &[&str], sources: Sources) -> Engine {
        let settings = Settings {
            watchlist: names.iter().map(|name| symbol(name)).collect(),
            refresh_every: Duration::from_mins(1),
            read_deadline: Duration::from_millis(10),
            longest_wait: Duration::from_secs(10),
            default_period: market::Period::Months(1),
            cache_bytes: 1 << 20,
            document_bytes: Some(1 << 20),
            repairing: market::Repairing::default(),
        };
        Engine::start(settings, self.clock.clone(), sources, self.store.clone()).await
    }
}

pub(crate) fn unknown(name: &str) -> Does {
    Does::Fails(SourceError::UnknownSymbol(symbol(name)))
}

pub(crate) fn failing() -> Does {
    Does::Fails(SourceError::Failing { status: 503 })
}

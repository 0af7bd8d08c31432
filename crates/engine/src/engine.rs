use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use market::{Catalog, Clock, HistoryQuery, HistoryResult, Instrument, Source, Store, Symbol};
use moka::sync::Cache;
use tokio::sync::watch;
use tracing::warn;

use crate::board::{Board, Shown};
use crate::flight::Flights;
use crate::keep::DoubtedHistory;
use crate::live::Live;
use crate::misses::Misses;
use crate::schedule::Schedule;
use crate::search::Found;
use crate::sources::Sources;
use crate::streams::Streams;
use crate::upstream::Upstream;

/// How many unknown instruments are remembered, so that nonsense cannot fill memory.
const UNKNOWN_REMEMBERED: u64 = 10_000;

/// How many questions asked in vain are remembered, each with its source.
const FAILED_REMEMBERED: u64 = 10_000;

/// How many searches are remembered, and for how long.
const SEARCHES_REMEMBERED: u64 = 1_000;
const FOUND_FOR: Duration = Duration::from_hours(1);

/// What the engine is told at start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Symbols kept fresh in the background, in the order they are shown.
    pub watchlist: Vec<Symbol>,
    /// How often a watched instrument is refreshed while its market is open.
    pub refresh_every: Duration,
    /// How long a read waits for an upstream where older values could stand in.
    pub read_deadline: Duration,
    /// How long a read waits for an upstream where nothing could.
    pub longest_wait: Duration,
    /// Memory for answers about history, in bytes.
    pub cache_bytes: u64,
}

/// The way to all market data. Cheap to clone; all clones are one engine.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) catalog: Catalog,
    pub(crate) sources: Sources,
    pub(crate) upstreams: HashMap<Source, Upstream>,
    /// When a healthy source said that it knows no such instrument.
    pub(crate) unknown: Cache<(Source, Symbol), Timestamp>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) shown: Shown,
    pub(crate) schedule: Schedule,
    pub(crate) streams: Streams,
    /// Bars that form while prices are streamed.
    pub(crate) live: Live,
    pub(crate) answers: Cache<HistoryQuery, Arc<HistoryResult>>,
    /// Until when a source is not asked a question about history again.
    pub(crate) resting: Cache<(HistoryQuery, Source), Timestamp>,
    pub(crate) flights: Flights<HistoryQuery, Result<Arc<HistoryResult>, Misses>>,
    pub(crate) found: Cache<String, Found>,
    pub(crate) searches: Flights<String, Found>,
    pub(crate) doubted_history: Mutex<Vec<DoubtedHistory>>,
    described: RwLock<HashMap<Symbol, Instrument>>,
}

impl Engine {
    /// Starts from what the store holds. No upstream is asked yet.
    ///
    /// A store that cannot be read is reported in the log and costs only what
    /// was in it.
    pub async fn start(
        settings: Settings,
        clock: Arc<dyn Clock>,
        sources: Sources,
        store: Arc<dyn Store>,
    ) -> Self {
        let catalog = sources.catalog().clone();
        let watched = settings.watchlist.iter().map(|symbol| catalog.canonical(symbol)).collect();
        let settings = Settings { watchlist: without_repeats(watched), ..settings };
        let described = read_instruments(&*store).await;
        let instrument = |symbol: &Symbol| {
            described.get(symbol).cloned().unwrap_or_else(|| catalog.instrument(symbol))
        };
        let shown = Shown::new(settings.watchlist.iter().map(instrument).collect());
        let inner = Inner {
            answers: Cache::builder()
                .max_capacity(settings.cache_bytes)
                .weigher(|_, answer: &Arc<HistoryResult>| {
                    answer.series.bytes().saturating_add(1024) as u32
                })
                .build(),
            schedule: Schedule::new(&settings.watchlist, settings.refresh_every, clock.now()),
            streams: Streams::new(sources.streams(), sources.simulator()),
            live: Live::default(),
            upstreams: sources.upstreams(&clock),
            unknown: Cache::new(UNKNOWN_REMEMBERED),
            resting: Cache::new(FAILED_REMEMBERED),
            flights: Flights::default(),
            found: Cache::builder()
                .max_capacity(SEARCHES_REMEMBERED)
                .time_to_live(FOUND_FOR)
                .build(),
            searches: Flights::default(),
            doubted_history: Mutex::default(),
            described: RwLock::new(described),
            settings,
            clock,
            catalog,
            sources,
            store,
            shown,
        };
        let engine = Self { inner: Arc::new(inner) };
        engine.show_stored_quotes().await;
        engine
    }

    async fn show_stored_quotes(&self) {
        match self.inner.store.quotes().await {
            Ok(quotes) => {
                let told = quotes.iter().map(|quote| quote.instrument.clone()).collect();
                self.inner.shown.welcome(told);
                let named = |quote: market::Quote| (quote.instrument.symbol.clone(), Ok(quote));
                self.inner.shown.show(quotes.into_iter().map(named).collect(), self.now());
            }
            Err(error) => warn!(%error, "stored quotes cannot be read; starting without them"),
        }
    }

    /// The latest quotes of all watched instruments. Never waits.
    pub fn board(&self) -> Arc<Board> {
        self.inner.shown.current()
    }

    /// Tells the version of the board whenever it changes.
    pub fn board_changes(&self) -> watch::Receiver<u64> {
        self.inner.shown.changes()
    }

    /// Reads the whole store for damage.
    ///
    /// # Errors
    ///
    /// What is damaged, or why it cannot be read.
    pub async fn check_store(&self) -> Result<(), market::StoreError> {
        self.inner.store.check().await
    }

    /// The present instant, by the engine's clock.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The one symbol that all spellings of an instrument resolve to.
    pub fn canonical(&self, symbol: &Symbol) -> Symbol {
        self.inner.catalog.canonical(symbol)
    }

    /// Other spellings of a canonical symbol.
    pub fn aliases(&self, symbol: &Symbol) -> Vec<String> {
        self.inner.catalog.aliases(symbol)
    }

    /// The instrument as a source described it, else as the catalog assumes it.
    /// Expects a canonical symbol.
    pub fn instrument(&self, symbol: &Symbol) -> Instrument {
        let described = self.inner.described.read().unwrap_or_else(PoisonError::into_inner);
        described.get(symbol).cloned().unwrap_or_else(|| self.inner.catalog.instrument(symbol))
    }

    /// Up to three known symbols that look like a mistyped one, best first.
    pub fn near(&self, symbol: &Symbol) -> Vec<Symbol> {
        let described = self.inner.described.read().unwrap_or_else(PoisonError::into_inner);
        let known = described.keys().chain(&self.inner.settings.watchlist);
        self.inner.catalog.near(symbol, known)
    }

    /// Whether the instrument is one we vouch for without asking anybody.
    pub(crate) fn is_vouched_for(&self, symbol: &Symbol) -> bool {
        let described = self.inner.described.read().unwrap_or_else(PoisonError::into_inner);
        described.contains_key(symbol) || self.inner.settings.watchlist.contains(symbol)
    }

    /// Every instrument that a source ever described or that is watched.
    pub fn instruments(&self) -> Vec<Instrument> {
        let described = self.inner.described.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<Instrument> = described.values().cloned().collect();
        let watched = self.inner.settings.watchlist.iter();
        let undescribed = watched.filter(|symbol| !described.contains_key(symbol));
        all.extend(undescribed.map(|symbol| self.inner.catalog.instrument(symbol)));
        all.sort_by(|a, b| a.symbol.cmp(&b.symbol));
        all
    }

    pub(crate) fn describe(&self, instrument: &Instrument) {
        let mut described = self.inner.described.write().unwrap_or_else(PoisonError::into_inner);
        if described.get(&instrument.symbol) != Some(instrument) {
            described.insert(instrument.symbol.clone(), instrument.clone());
        }
    }
}

fn without_repeats(mut symbols: Vec<Symbol>) -> Vec<Symbol> {
    let mut seen = std::collections::HashSet::new();
    symbols.retain(|symbol| seen.insert(symbol.clone()));
    symbols
}

async fn read_instruments(store: &dyn Store) -> HashMap<Symbol, Instrument> {
    match store.instruments().await {
        Ok(all) => all.into_iter().map(|found| (found.symbol.clone(), found)).collect(),
        Err(error) => {
            warn!(%error, "stored instruments cannot be read; starting without them");
            HashMap::new()
        }
    }
}

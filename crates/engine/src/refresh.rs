use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use jiff::{SignedDuration, Timestamp};
use market::{Instrument, MarketState, Quote, Source, SourceError, Symbol, market_state};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{debug, warn};

use crate::engine::Engine;
use crate::misses::Misses;

/// How much less often a closed market is asked.
const CLOSED_FACTOR: u32 = 10;

/// No refresh takes longer; one that seems to is taken for lost.
const LONGEST_REFRESH: Duration = Duration::from_mins(5);

/// How long a refresh under way may go on when the service stops.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// When each watched instrument is to be refreshed next.
#[derive(Debug)]
pub(crate) struct Schedule {
    due: Mutex<HashMap<Symbol, Timestamp>>,
}

impl Schedule {
    /// Everything is due from the start.
    pub(crate) fn new(watchlist: &[Symbol]) -> Self {
        let due = watchlist.iter().map(|symbol| (symbol.clone(), Timestamp::MIN)).collect();
        Self { due: Mutex::new(due) }
    }

    /// What is due, each put off meanwhile, so that it is not refreshed twice
    /// at once and comes round again even if its refresh never ends.
    fn take_due(&self, now: Timestamp) -> Vec<Symbol> {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = due.iter_mut().filter(|(_, at)| **at <= now);
        taken.map(|(symbol, at)| (*at = later(now, LONGEST_REFRESH), symbol.clone()).1).collect()
    }

    fn set(&self, symbol: &Symbol, at: Timestamp) {
        self.due.lock().unwrap_or_else(PoisonError::into_inner).insert(symbol.clone(), at);
    }
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait)
        .ok()
        .and_then(|wait| now.checked_add(wait).ok())
        .unwrap_or(Timestamp::MAX)
}

/// A quote, or why there is none, for each instrument asked about.
type Results = Vec<(Symbol, Result<Quote, Misses>)>;

/// Instruments without a quote yet, each with those asked in vain so far.
type Open = Vec<(Instrument, Misses)>;

impl Engine {
    /// Keeps watched instruments fresh until `stop` turns true.
    ///
    /// A slow refresh holds up no other: each runs in a task of its own.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut every_second = tokio::time::interval(Duration::from_secs(1));
        every_second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut under_way = JoinSet::new();
        loop {
            // An error means that the sender is gone, which also means: stop.
            tokio::select! {
                _ = every_second.tick() => {}
                _ = stop.wait_for(|stop| *stop) => break,
            }
            while under_way.try_join_next().is_some() {}
            let (engine, due) = (self.clone(), self.inner.schedule.take_due(self.now()));
            if !due.is_empty() {
                under_way.spawn(async move {
                    engine.refresh(&due).await;
                    engine.show_simulated().await;
                });
            }
            self.show_simulated().await;
        }
        // What has arrived is still kept; what has not can be asked for again.
        let _ = tokio::time::timeout(LAST_WORDS, under_way.join_all()).await;
    }

    /// Refreshes every watched instrument that is due, and moves those that
    /// only the simulator prices.
    pub async fn refresh_due(&self) {
        self.refresh(&self.inner.schedule.take_due(self.now())).await;
        self.show_simulated().await;
    }

    async fn refresh(&self, due: &[Symbol]) {
        let open = due.iter().map(|symbol| (self.instrument(symbol), Misses::default())).collect();
        self.refresh_from(open, 0).await;
    }

    /// Asks each instrument's sources in its order, from a place in it onwards:
    /// all instruments that share a source in one call, and all sources at
    /// once. What one source answers is shown while others are still asked.
    fn refresh_from(&self, open: Open, choice: usize) -> BoxFuture<'_, ()> {
        async move {
            let (asking, given_up) = self.by_source(open, choice);
            self.take(given_up).await;
            let ask = |(name, batch)| async move {
                let (found, missed) = self.ask_one(name, batch).await;
                self.take(found).await;
                if !missed.is_empty() {
                    self.refresh_from(missed, choice + 1).await;
                }
            };
            join_all(asking.into_iter().map(ask)).await;
        }
        .boxed()
    }

    /// Shows and keeps what a refresh brought, and plans the next one.
    async fn take(&self, results: Results) {
        if results.is_empty() {
            return;
        }
        for (symbol, result) in &results {
            self.inner.schedule.set(symbol, self.next_refresh(result, self.now()));
        }
        let news = self.inner.shown.show(results);
        self.keep_quotes(&news).await;
    }

    /// Groups instruments by their next source; those without one are given up.
    fn by_source(&self, open: Open, choice: usize) -> (HashMap<&'static str, Open>, Results) {
        let mut groups: HashMap<_, Vec<_>> = HashMap::new();
        let mut given_up = Vec::new();
        for (instrument, misses) in open {
            match self.inner.catalog.sources(&instrument.symbol).get(choice) {
                Some(name) => groups.entry(*name).or_default().push((instrument, misses)),
                None => given_up.push((instrument.symbol, Err(misses))),
            }
        }
        (groups, given_up)
    }

    /// One call to one source: what it answered, and what is still open.
    async fn ask_one(&self, name: &'static str, batch: Open) -> (Results, Open) {
        let (instruments, misses): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
        let results = match self.inner.sources.quotes(name) {
            Ok(source) => source.quotes(&instruments).await,
            Err(error) => vec![Err(error); instruments.len()],
        };
        let (mut found, mut missed) = (Vec::new(), Vec::new());
        for ((instrument, mut misses), result) in instruments.into_iter().zip(misses).zip(results) {
            match result {
                Ok(quote) => found.push((instrument.symbol, Ok(quote))),
                Err(error) => {
                    misses.add(Source::new(name), error);
                    missed.push((instrument, misses));
                }
            }
        }
        (found, missed)
    }

    async fn keep_quotes(&self, quotes: &[Quote]) {
        for quote in quotes {
            self.describe(&quote.instrument);
            if let Err(error) = self.inner.store.keep_quote(quote).await {
                warn!(%error, symbol = %quote.instrument.symbol, "a quote cannot be kept; it lives in memory only");
            }
        }
    }

    /// Later by the usual time, a little sooner or later so that not all come
    /// at once; a closed market is asked less often.
    fn next_refresh(&self, result: &Result<Quote, Misses>, now: Timestamp) -> Timestamp {
        let closed = result
            .as_ref()
            .is_ok_and(|quote| market_state(quote, now) == Some(MarketState::Closed));
        let every = self.inner.settings.refresh_every * if closed { CLOSED_FACTOR } else { 1 };
        let asked_pause = result.as_ref().err().and_then(Misses::retry_after).unwrap_or_default();
        let wait = every.mul_f64(0.9 + 0.2 * fastrand::f64()).max(asked_pause);
        later(now, wait)
    }

    /// Lets the simulator price what has been asked for in vain and has no real
    /// value. Nothing it says is kept.
    async fn show_simulated(&self) {
        let Some(demo) = self.inner.sources.demo() else { return };
        let board = self.board();
        let without_value: Vec<Instrument> = board
            .entries
            .iter()
            .filter(|entry| match &entry.quote {
                Some(quote) => quote.simulated,
                None => entry.misses.iter().next().is_some(),
            })
            .map(|entry| entry.instrument.clone())
            .collect();
        if without_value.is_empty() {
            return;
        }
        let quotes = demo.quotes.quotes(&without_value).await;
        let simulated = quotes.into_iter().filter_map(|result| {
            result.inspect_err(|error| debug!(%error, "the simulator has no price")).ok()
        });
        self.inner.shown.show(simulated.map(|q| (q.instrument.symbol.clone(), Ok(q))).collect());
    }

    /// Asks each source of quotes once for an instrument it must know, to see
    /// whether it can be reached. Nothing is kept.
    pub async fn check_sources(&self) -> Vec<(Source, Result<Quote, SourceError>)> {
        let probe = |source: &str| if source == "coingecko" { "BTC/EUR" } else { "EUR/USD" };
        let asked = self.inner.sources.all_quotes().map(|source| async move {
            let name = source.source();
            let symbol = probe(name.as_str()).parse().expect("both probes are symbols");
            let mut results = source.quotes(&[self.inner.catalog.instrument(&symbol)]).await;
            let result = results.pop().unwrap_or_else(|| {
                Err(SourceError::Unreadable("it answered for no instrument".into()))
            });
            (name, result)
        });
        let mut results = join_all(asked).await;
        results.sort_by(|a, b| a.0.cmp(&b.0));
        results
    }
}

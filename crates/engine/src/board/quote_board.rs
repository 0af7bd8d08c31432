use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use market::{Instrument, Quote, Showing, Shown, SourceError, Symbol, Tick};
use tokio::sync::watch;
use tracing::warn;

use super::completed::completed;
use super::entry::Taken;
use super::{Board, Entry};
use crate::context::Context;
use crate::failures::SourceFailures;
use crate::plausibility::own_answer;

/// A quote, or why there is none, for each instrument asked about.
pub(crate) type Results = Vec<(Symbol, Result<Quote, SourceFailures>)>;

/// The present board, and the only way to change it.
pub(crate) struct QuoteBoard {
    pub(super) context: Context,
    current: ArcSwap<Board>,
    /// One change at a time, so that none is lost.
    changing: Mutex<()>,
    changes: watch::Sender<u64>,
    /// What is shown and not stored yet, since when.
    unstored: Mutex<BTreeMap<Symbol, Timestamp>>,
    /// One at a time, so that what is shown later is stored later.
    storing: tokio::sync::Mutex<()>,
}

impl QuoteBoard {
    /// Starts with the quotes that are stored. Where they cannot be read, the
    /// log says so, and it starts without them.
    pub(crate) async fn start(context: &Context) -> Self {
        let watched = context.instruments().watchlist().iter();
        let entry = |symbol| Arc::new(Entry::new(context.instrument(symbol)));
        let board = Board { entries: watched.map(entry).collect(), ..Board::default() };
        let board = Self {
            context: context.clone(),
            current: ArcSwap::from_pointee(board),
            changing: Mutex::new(()),
            changes: watch::Sender::new(0),
            unstored: Mutex::default(),
            storing: tokio::sync::Mutex::default(),
        };
        match context.store().quotes().await {
            Ok(quotes) => board.show_stored(quotes).await,
            Err(error) => warn!(%error, "stored quotes cannot be read; starting without them"),
        }
        board
    }

    async fn show_stored(&self, quotes: Vec<Quote>) {
        let described = quotes.iter().map(|quote| quote.instrument.clone()).collect();
        self.change(|board| board.add_on_demand(described));
        let symbols: Vec<_> = quotes.iter().map(|it| it.instrument.symbol.clone()).collect();
        let named = |quote: Quote| (quote.instrument.symbol.clone(), Ok(quote));
        self.show(quotes.into_iter().map(named).collect());
        self.show_disputed(&symbols).await;
    }

    /// Shows again what was disputed when it was shown last: else the price would go
    /// back to what was believed before.
    async fn show_disputed(&self, symbols: &[Symbol]) {
        let shown = match self.context.store().shown_at(symbols, Timestamp::MAX).await {
            Ok(shown) => shown,
            Err(error) => return warn!(%error, "it cannot be read which prices were disputed"),
        };
        self.change(|board| {
            for shown in shown.into_iter().filter(|shown| shown.believed.is_some()) {
                if let Some(entry) = board.entry_mut(&shown.symbol) {
                    *entry = Entry::told(entry.instrument.clone(), shown);
                }
            }
        });
    }

    pub(crate) fn current(&self) -> Arc<Board> {
        self.current.load_full()
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Has everybody who waits for a change look again.
    pub(crate) fn notify(&self) {
        self.changes.send_modify(|_| {});
    }

    /// Shows what a refresh brought, where it is plausible and news.
    /// Returns what was rejected, and why.
    pub(crate) fn show(&self, results: Results) -> Vec<(Symbol, SourceError)> {
        let now = self.context.now();
        let mut rejected = Vec::new();
        let symbols: Vec<Symbol> = results.iter().map(|(symbol, _)| symbol.clone()).collect();
        self.change(|board| {
            for (symbol, result) in results {
                let Some(entry) = board.entry_mut(&symbol) else { continue };
                let taken = match result {
                    Ok(quote) => entry.take(quote, now),
                    Err(failures) => {
                        entry.failures = failures;
                        Taken::Old
                    }
                };
                if let Taken::Rejected(error) = taken {
                    rejected.push((symbol, error));
                    continue;
                }
                // Nobody else is asked any more.
                for taken in [Some(taken), entry.settle(now)].into_iter().flatten() {
                    self.described(&taken, entry);
                }
            }
        });
        self.unstored(&symbols, now);
        rejected
    }

    /// Whoever sees a quote knows the instrument's zone by then.
    fn described(&self, taken: &Taken, entry: &Entry) {
        let is_shown = matches!(taken, Taken::News | Taken::Disputed);
        if let Some(shown) = entry.quote.as_ref().filter(|shown| is_shown && !shown.simulated) {
            self.context.instruments().describe(&shown.instrument);
        }
    }

    /// Shows what a stream sent, in the order it came, as one change, each price
    /// completed to a quote from the one held by then. `accepted` is called with
    /// each plausible one before anybody can see it.
    pub(crate) fn show_ticks(
        &self,
        ticks: &[Tick],
        simulated: bool,
        accepted: impl Fn(&Tick, &Instrument),
    ) -> Ticked {
        let now = self.context.now();
        let mut ticked = Ticked::default();
        self.change(|board| {
            for tick in ticks {
                let Some(entry) = board.entry_mut(&tick.symbol) else { continue };
                let described = || self.context.instrument(&tick.symbol);
                let found = completed(tick, entry.quote.as_ref(), simulated, described);
                let Some(found) = found else { continue };
                let own = own_answer(&found.said);
                match entry.take_streamed(found.quote, own, now) {
                    Taken::Rejected(_) => {
                        ticked.doubted.push(tick.symbol.clone());
                        continue;
                    }
                    // No bar is made of what may not be true.
                    Taken::Disputed => {
                        ticked.news.push((tick.symbol.clone(), found.is_whole));
                        continue;
                    }
                    Taken::Old => {}
                    Taken::News => ticked.news.push((tick.symbol.clone(), found.is_whole)),
                }
                accepted(tick, &entry.instrument);
            }
        });
        self.unstored(ticks.iter().map(|tick| &tick.symbol), now);
        ticked
    }

    /// Adds instruments that are not on the board yet. Expects canonical symbols.
    pub(crate) fn add_on_demand(&self, symbols: &[Symbol]) {
        let board = self.current();
        let new = symbols.iter().filter(|symbol| board.entry(symbol).is_none());
        let new: Vec<_> = new.map(|symbol| self.context.instrument(symbol)).collect();
        if !new.is_empty() {
            self.change(|board| board.add_on_demand(new));
        }
    }

    /// Notes what second sources say, for comparison only.
    pub(crate) fn compare(&self, quotes: Vec<Quote>) {
        let symbols: Vec<_> = quotes.iter().map(|it| it.instrument.symbol.clone()).collect();
        self.change(|board| {
            for quote in quotes {
                if let Some(entry) = board.entry_mut(&quote.instrument.symbol) {
                    entry.remember(quote);
                }
            }
        });
        self.unstored(&symbols, self.context.now());
    }

    /// Notes what is shown since an instant, for [`QuoteBoard::persist`].
    fn unstored<'a>(&self, symbols: impl IntoIterator<Item = &'a Symbol>, now: Timestamp) {
        self.waiting().extend(symbols.into_iter().map(|symbol| (symbol.clone(), now)));
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<Symbol, Timestamp>> {
        self.unstored.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores what is shown and was not stored yet, as one revision: so that a
    /// restart shows it again, and it can be told what was shown when.
    pub(crate) async fn persist(&self) {
        let _one_at_a_time = self.storing.lock().await;
        let waiting = std::mem::take(&mut *self.waiting());
        let Some(at) = waiting.values().max().copied() else { return };
        let board = self.current();
        let entries = waiting.keys().filter_map(|symbol| board.entry(symbol));
        let shown: Vec<Shown> = entries.map(|entry| entry.shown()).collect();
        for shown in &shown {
            self.describe(shown);
        }
        if let Err(error) = self.context.store().persist_shown(&shown, at).await {
            warn!(%error, quotes = shown.len(), "quotes cannot be stored; they live in memory only");
            let mut later = waiting;
            later.append(&mut self.waiting());
            *self.waiting() = later;
        }
    }

    fn describe(&self, shown: &Shown) {
        if let Showing::Quote(quote) = &shown.showing {
            self.context.instruments().describe(&quote.instrument);
        }
    }

    fn change(&self, change: impl FnOnce(&mut Board)) {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut board = Board::clone(&self.current());
        change(&mut board);
        board.version += 1;
        let version = board.version;
        self.current.store(Arc::new(board));
        self.changes.send_replace(version);
    }
}

/// What came of prices out of a stream.
#[derive(Default)]
pub(crate) struct Ticked {
    /// Of which instruments there was news, each with whether a poll could add
    /// nothing to it.
    pub(crate) news: Vec<(Symbol, bool)>,
    /// Of which a price is not believed.
    pub(crate) doubted: Vec<Symbol>,
}

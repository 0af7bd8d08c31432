use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use market::{Instrument, Quote, Showing, Shown, SourceError, StoreError, Symbol, Tick};
use tokio::sync::watch;
use tracing::warn;

use super::completed::completed;
use super::entry::Taken;
use super::unstored::Unstored;
use super::{Board, Entry};
use crate::context::Context;
use crate::failures::SourceFailures;
use crate::not_stored;
use crate::now::Now;
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
    unstored: Mutex<Unstored>,
    /// Why what is shown could not be stored when it was tried last.
    behind: Mutex<Option<StoreError>>,
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
            behind: Mutex::default(),
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
        self.change(&[], |board| board.add_on_demand(described));
        let symbols: Vec<_> = quotes.iter().map(|it| it.instrument.symbol.clone()).collect();
        let named = |quote: Quote| (quote.instrument.symbol.clone(), Ok(quote));
        // What was believed did not lie ahead: if it seems to, the clock was set back.
        let now = Now { latest: Timestamp::MAX, ..self.context.look() };
        self.show_at(quotes.into_iter().map(named).collect(), now);
        self.show_disputed(&symbols).await;
    }

    /// Shows again what was disputed when it was shown last, and by what: else the price
    /// would go back to what was believed before, or be disputed no more.
    async fn show_disputed(&self, symbols: &[Symbol]) {
        let shown = match self.context.store().shown_at(symbols, Timestamp::MAX).await {
            Ok(shown) => shown,
            Err(error) => return warn!(%error, "it cannot be read which prices were disputed"),
        };
        self.change(symbols, |board| {
            for shown in shown {
                let Some(entry) = board.entry_mut(&shown.symbol) else { continue };
                if shown.believed.is_some() {
                    *entry = Entry::as_shown(entry.instrument.clone(), shown);
                } else {
                    shown.rivals.into_iter().for_each(|rival| entry.remember(rival));
                }
            }
        });
    }

    pub(crate) fn current(&self) -> Arc<Board> {
        self.current.load_full()
    }

    /// That of the present board.
    pub(crate) fn version(&self) -> u64 {
        self.current.load().version
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
        self.show_at(results, self.context.look())
    }

    fn show_at(&self, results: Results, now: Now) -> Vec<(Symbol, SourceError)> {
        let mut rejected = Vec::new();
        let symbols: Vec<Symbol> = results.iter().map(|(symbol, _)| symbol.clone()).collect();
        self.change(&symbols, |board| {
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
        rejected
    }

    /// Whoever sees a quote knows the instrument's zone by then.
    fn described(&self, taken: &Taken, entry: &Entry) {
        let is_shown = matches!(taken, Taken::News | Taken::Disputed);
        if let Some(shown) = entry.quote.as_ref().filter(|shown| is_shown && !shown.simulated) {
            self.context.instruments().describe(&shown.instrument);
            if let Some(as_of) = shown.as_of {
                self.context.was_true(as_of);
            }
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
        let now = self.context.look();
        let mut ticked = Ticked::default();
        let symbols: BTreeSet<_> = ticks.iter().map(|tick| &tick.symbol).collect();
        self.change(symbols, |board| {
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
        if let Some(as_of) = ticks.iter().filter_map(|tick| tick.as_of).max() {
            self.context.was_true(as_of);
        }
        ticked
    }

    /// Lets go of what is not on the watchlist and of which nothing is held, as far as
    /// it is not kept.
    pub(crate) fn forget_empty(&self, is_kept: impl Fn(&Symbol) -> bool) {
        let goes = |it: &Entry| it.has_nothing() && !is_kept(&it.instrument.symbol);
        if self.current().on_demand.all().iter().any(|it| goes(it)) {
            self.change(&[], |board| board.on_demand.retain(|it| !goes(it)));
        }
    }

    /// Somebody set the clock: no age goes back.
    pub(crate) fn clock_was_set(&self, by: SignedDuration) {
        self.change(&[], |board| board.each_mut(|entry| entry.clock_was_set(by)));
    }

    /// Adds instruments that are not on the board yet. Expects canonical symbols.
    pub(crate) fn add_on_demand(&self, symbols: &[Symbol]) {
        let board = self.current();
        let new = symbols.iter().filter(|symbol| board.entry(symbol).is_none());
        let new: Vec<_> = new.map(|symbol| self.context.instrument(symbol)).collect();
        if !new.is_empty() {
            self.change(&[], |board| board.add_on_demand(new));
        }
    }

    /// Notes what second sources say, for comparison only.
    pub(crate) fn compare(&self, quotes: Vec<Quote>) {
        let symbols: Vec<_> = quotes.iter().map(|it| it.instrument.symbol.clone()).collect();
        self.change(&symbols, |board| {
            for quote in quotes {
                if let Some(entry) = board.entry_mut(&quote.instrument.symbol) {
                    entry.remember(quote);
                }
            }
        });
    }

    fn unstored(&self) -> MutexGuard<'_, Unstored> {
        self.unstored.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores what is shown and was not stored yet, so that a restart shows it again,
    /// and it is known what was shown when.
    pub(crate) async fn persist(&self) {
        if let Err(error) = self.store_shown().await {
            not_stored::log(&error, "quotes cannot be stored; they live in memory only");
        }
    }

    async fn store_shown(&self) -> Result<(), StoreError> {
        let _one_at_a_time = self.storing.lock().await;
        let all = self.unstored().take();
        if all.is_empty() {
            return Ok(());
        }
        for it in &all {
            self.describe(&it.shown);
        }
        let stored = self.context.store().persist_shown(&all, self.context.now()).await;
        if stored.is_err() {
            self.unstored().put_back(all);
        }
        *self.behind() = stored.clone().err();
        stored
    }

    /// Stores what was shown of these by an instant that is asked about, if any of it
    /// is not stored yet.
    ///
    /// # Errors
    ///
    /// Why it cannot be stored. What is stored then says something else.
    pub(crate) async fn store_shown_by(
        &self,
        symbols: &[Symbol],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        // What is being stored waits no more, and cannot be read yet.
        drop(self.storing.lock().await);
        if self.unstored().has_any(symbols, at) { self.store_shown().await } else { Ok(()) }
    }

    /// Stores what could not be stored before.
    pub(crate) async fn catch_up(&self) -> Result<(), StoreError> {
        if self.behind().is_some() {
            self.persist().await;
        }
        self.behind().clone().map_or(Ok(()), Err)
    }

    /// Notes that nothing is stored of what is shown.
    pub(crate) fn lost_all(&self) {
        let (board, now) = (self.current(), self.context.now());
        for entry in board.all() {
            self.unstored().add(entry.shown(), now);
        }
        let nothing = StoreError::unusable("nothing of it is stored");
        self.behind().get_or_insert(nothing);
    }

    fn behind(&self) -> MutexGuard<'_, Option<StoreError>> {
        self.behind.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn describe(&self, shown: &Shown) {
        if let Showing::Quote(quote) = &shown.showing {
            self.context.instruments().describe(&quote.instrument);
        }
    }

    /// Changes the board, and notes what is shown of some instruments since, for
    /// [`QuoteBoard::persist`].
    fn change<'a>(
        &self,
        of: impl IntoIterator<Item = &'a Symbol>,
        change: impl FnOnce(&mut Board),
    ) {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.current();
        let mut board = Board::clone(&before);
        change(&mut board);
        board.version += 1;
        let version = board.version;
        self.note_shown(of, (&before, &board));
        self.current.store(Arc::new(board));
        self.changes.send_replace(version);
    }

    /// Before anybody can see it, so that whoever asks about it later waits for it.
    fn note_shown<'a>(
        &self,
        symbols: impl IntoIterator<Item = &'a Symbol>,
        (before, after): (&Board, &Board),
    ) {
        let now = self.context.now();
        let shown = |board: &Board, symbol| board.entry(symbol).map(|entry| entry.shown());
        for symbol in symbols {
            let new = shown(after, symbol);
            if let Some(new) = new.filter(|new| shown(before, symbol).as_ref() != Some(new)) {
                self.unstored().add(new, now);
            }
        }
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

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use market::{Instrument, Quote, SourceError, Symbol, Tick};
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
    context: Context,
    current: ArcSwap<Board>,
    /// One change at a time, so that none is lost.
    changing: Mutex<()>,
    changes: watch::Sender<u64>,
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
        };
        match context.store().quotes().await {
            Ok(quotes) => board.show_stored(quotes),
            Err(error) => warn!(%error, "stored quotes cannot be read; starting without them"),
        }
        board
    }

    fn show_stored(&self, quotes: Vec<Quote>) {
        let described = quotes.iter().map(|quote| quote.instrument.clone()).collect();
        self.change(|board| board.add_on_demand(described));
        let named = |quote: Quote| (quote.instrument.symbol.clone(), Ok(quote));
        self.show(quotes.into_iter().map(named).collect());
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
    pub(crate) fn show(&self, results: Results) -> Change {
        let now = self.context.now();
        let mut change = Change::default();
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
                    change.rejected.push((symbol, error));
                    continue;
                }
                // Nobody else is asked any more.
                let news = [Some(taken), entry.settle(now)].into_iter().flatten();
                change.news.extend(news.filter_map(|taken| self.described(taken, entry)));
            }
        });
        change
    }

    /// Whoever sees a quote knows the instrument's zone by then. Gives what may be
    /// stored: not what is disputed.
    fn described(&self, taken: Taken, entry: &Entry) -> Option<Quote> {
        let is_shown = matches!(taken, Taken::News(_) | Taken::Disputed);
        if let Some(shown) = entry.quote.as_ref().filter(|shown| is_shown && !shown.simulated) {
            self.context.instruments().describe(&shown.instrument);
        }
        match taken {
            Taken::News(quote) => Some(*quote),
            _ => None,
        }
    }

    /// Shows what a stream sent, in the order it came, as one change, each price
    /// completed to a quote from the one held by then. `accepted` is called with
    /// each plausible one before anybody can see it.
    ///
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
                    Taken::News(_) => ticked.news.push((tick.symbol.clone(), found.is_whole)),
                }
                accepted(tick, &entry.instrument);
            }
        });
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
        self.change(|board| {
            for quote in quotes {
                if let Some(entry) = board.entry_mut(&quote.instrument.symbol) {
                    entry.remember(quote);
                }
            }
        });
    }

    /// Stores quotes that are shown, so that a restart shows them again.
    pub(crate) async fn persist(&self, quotes: &[Quote]) {
        for quote in quotes {
            self.context.instruments().describe(&quote.instrument);
            if let Err(error) = self.context.store().persist_quote(quote).await {
                warn!(%error, symbol = %quote.instrument.symbol, "a quote cannot be stored; it lives in memory only");
            }
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

/// What a refresh changed on the board.
#[derive(Default)]
pub(crate) struct Change {
    /// Quotes that are now shown.
    pub(crate) news: Vec<Quote>,
    /// Instruments whose quote was rejected, and why.
    pub(crate) rejected: Vec<(Symbol, SourceError)>,
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

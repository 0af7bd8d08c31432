use std::collections::HashMap;

use arc_swap::ArcSwap;
use market::{Instrument, Quote, Symbol};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

use crate::judge::is_news;
use crate::misses::Misses;

/// The latest quote of every watched instrument, in the order of the watchlist.
///
/// A snapshot: what a reader holds never changes under it.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// Counts changes, so that what was made from a board can be recognised as current.
    pub version: u64,
    /// One entry for each watched instrument.
    pub entries: Vec<Entry>,
}

/// What the board holds of one instrument.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The instrument as best known.
    pub instrument: Instrument,
    /// The latest quote, if there is one.
    pub quote: Option<Quote>,
    /// Why the last refresh brought none; empty where it did, or none was tried.
    pub misses: Misses,
}

/// The board that is shown, and the only way to change it.
#[derive(Debug)]
pub(crate) struct Shown {
    current: ArcSwap<Board>,
    /// One change at a time, so that none is lost.
    changing: Mutex<()>,
    changes: watch::Sender<u64>,
}

impl Shown {
    pub(crate) fn new(instruments: Vec<Instrument>) -> Self {
        let entry = |instrument| Entry { instrument, quote: None, misses: Misses::default() };
        let board = Board { version: 0, entries: instruments.into_iter().map(entry).collect() };
        Self {
            current: ArcSwap::from_pointee(board),
            changing: Mutex::new(()),
            changes: watch::Sender::new(0),
        }
    }

    pub(crate) fn current(&self) -> Arc<Board> {
        self.current.load_full()
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Puts up what a refresh brought, where it is news. Returns the quotes that were.
    pub(crate) fn show(&self, results: Vec<(Symbol, Result<Quote, Misses>)>) -> Vec<Quote> {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut board = Board::clone(&self.current());
        let mut results: HashMap<Symbol, Result<Quote, Misses>> = results.into_iter().collect();
        let mut news = Vec::new();
        for entry in &mut board.entries {
            match results.remove(&entry.instrument.symbol) {
                Some(Ok(quote)) => news.extend(entry.take(quote)),
                Some(Err(misses)) => entry.misses = misses,
                None => {}
            }
        }
        board.version += 1;
        self.changes.send_replace(board.version);
        self.current.store(Arc::new(board));
        news
    }
}

impl Entry {
    /// Holds the quote if it is news, and gives it back then.
    ///
    /// A simulated quote leaves the reason in place why there is no real one.
    fn take(&mut self, quote: Quote) -> Option<Quote> {
        if !quote.simulated {
            self.misses = Misses::default();
        }
        if self.quote.as_ref().is_some_and(|held| !is_news(held, &quote)) {
            return None;
        }
        self.instrument = quote.instrument.clone();
        self.quote = Some(quote.clone());
        Some(quote)
    }
}

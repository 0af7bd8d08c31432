use std::sync::Arc;
use std::time::Duration;

use market::{Freshness, Symbol, quote_freshness};
use tokio::time::timeout;

use crate::board::Entry;
use crate::engine::{Engine, Settings};

impl Engine {
    /// The latest quotes of any instruments, in the order asked, whether watched
    /// or not.
    ///
    /// What is fresh is given at once. What is due is refreshed, all together and
    /// at most once in a refresh interval: a reader who could have an older value
    /// waits for that no longer than a read's deadline, one who could have nothing
    /// somewhat longer.
    pub async fn quotes(&self, symbols: &[Symbol]) -> Vec<Arc<Entry>> {
        let symbols: Vec<Symbol> = symbols.iter().map(|symbol| self.canonical(symbol)).collect();
        self.welcome(&symbols);
        self.refresh_asked(&symbols);
        let Settings { read_deadline, longest_wait, .. } = self.inner.settings;
        self.wait_until(read_deadline, &symbols, |entry| self.is_fresh(entry)).await;
        let rest = longest_wait.saturating_sub(read_deadline);
        self.wait_until(rest, &symbols, |entry| entry.quote.is_some()).await;
        self.show_simulated().await;
        let board = self.board();
        let entry = |symbol: &Symbol| board.entry(symbol).cloned();
        symbols
            .iter()
            .map(|symbol| entry(symbol).unwrap_or_else(|| Arc::new(self.nothing_of(symbol))))
            .collect()
    }

    /// An entry for an instrument that the board has let go while it was read.
    fn nothing_of(&self, symbol: &Symbol) -> Entry {
        Entry::new(self.instrument(symbol))
    }

    pub(crate) fn welcome(&self, symbols: &[Symbol]) {
        let board = self.board();
        let new = symbols.iter().filter(|symbol| board.entry(symbol).is_none());
        let new: Vec<_> = new.map(|symbol| self.instrument(symbol)).collect();
        if !new.is_empty() {
            self.inner.shown.welcome(new);
        }
    }

    /// Refreshes those that are due, in a task of its own: a reader who goes
    /// away does not end it for the others.
    pub(crate) fn refresh_asked(&self, symbols: &[Symbol]) {
        let due = self.inner.schedule.take_asked(symbols, self.now());
        if due.is_empty() {
            return;
        }
        let engine = self.clone();
        tokio::spawn(async move {
            engine.refresh(&due).await;
            engine.show_simulated().await;
        });
    }

    /// Waits until every instrument is as wanted or no longer being refreshed.
    async fn wait_until(
        &self,
        longest: Duration,
        symbols: &[Symbol],
        is_wanted: impl Fn(&Entry) -> bool,
    ) {
        let mut changes = self.board_changes();
        let is_settled = |symbol: &Symbol| {
            let board = self.board();
            board.entry(symbol).is_none_or(|entry| is_wanted(entry))
                || !self.inner.schedule.is_under_way(symbol)
        };
        let settled =
            async { while !symbols.iter().all(is_settled) && changes.changed().await.is_ok() {} };
        // Whoever has waited long enough takes what there is.
        let _ = timeout(longest, settled).await;
    }

    fn is_fresh(&self, entry: &Entry) -> bool {
        let now = self.now();
        entry.quote.as_ref().is_some_and(|quote| quote_freshness(quote, now) == Freshness::Fresh)
    }
}

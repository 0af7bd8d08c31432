use std::sync::Arc;
use std::time::Duration;

use market::{Freshness, Symbol};
use tokio::time::timeout;

use super::Refresher;
use crate::board::Entry;
use crate::schedule::Demand;
use crate::settings::Settings;

impl Refresher {
    /// The latest quotes of any instruments, in the order asked. Expects canonical
    /// symbols.
    pub(crate) async fn quotes(self: &Arc<Self>, symbols: &[Symbol]) -> Vec<Arc<Entry>> {
        self.board.add_on_demand(symbols);
        self.refresh_asked(symbols);
        let Settings { read_deadline, longest_wait, .. } = *self.context.settings();
        self.wait_until(read_deadline, symbols, |entry| self.is_fresh(entry)).await;
        let rest = longest_wait.saturating_sub(read_deadline);
        self.wait_until(rest, symbols, |entry| entry.quote.is_some()).await;
        self.show_simulated().await;
        let board = self.board.current();
        let entry = |symbol: &Symbol| board.entry(symbol).cloned();
        symbols
            .iter()
            .map(|symbol| entry(symbol).unwrap_or_else(|| Arc::new(self.nothing_of(symbol))))
            .collect()
    }

    /// Has instruments refreshed until what is returned is dropped. Expects
    /// canonical symbols.
    pub(crate) fn demand(self: &Arc<Self>, symbols: &[Symbol]) -> Demand {
        self.board.add_on_demand(symbols);
        let demand = self.schedule.demand(symbols, self.context.now());
        self.refresh_asked(symbols);
        demand
    }

    /// An entry for an instrument that the board dropped while it was read.
    fn nothing_of(&self, symbol: &Symbol) -> Entry {
        Entry::new(self.context.instrument(symbol))
    }

    /// Refreshes those that are due, in a task of its own: a reader that leaves
    /// does not end it for the others.
    fn refresh_asked(self: &Arc<Self>, symbols: &[Symbol]) {
        let due = self.schedule.take_asked(symbols, self.context.now());
        if due.is_empty() {
            return;
        }
        let refresher = Arc::clone(self);
        tokio::spawn(async move {
            refresher.refresh(&due).await;
            refresher.show_simulated().await;
        });
    }

    /// Waits until every instrument is as required or no longer being refreshed.
    async fn wait_until(
        &self,
        longest: Duration,
        symbols: &[Symbol],
        is_enough: impl Fn(&Entry) -> bool,
    ) {
        let mut changes = self.board.changes();
        let is_settled = |symbol: &Symbol| {
            let board = self.board.current();
            board.entry(symbol).is_none_or(|entry| is_enough(entry))
                || !self.schedule.is_under_way(symbol)
        };
        let settled =
            async { while !symbols.iter().all(is_settled) && changes.changed().await.is_ok() {} };
        // After that, what there is must do.
        let _ = timeout(longest, settled).await;
    }

    fn is_fresh(&self, entry: &Entry) -> bool {
        entry.freshness(self.context.now()) == Freshness::Fresh
    }
}

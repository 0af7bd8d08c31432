use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use market::{Freshness, Source, Symbol};
use tokio::time::timeout;

use super::Refresher;
use crate::asker::Asker;
use crate::board::{Board, Entry};
use crate::demand::Demand;
use crate::interest::Question;
use crate::settings::Settings;

impl Refresher {
    /// The latest quotes of any instruments, in the order asked. Expects canonical
    /// symbols.
    pub(crate) async fn quotes(
        self: &Arc<Self>,
        symbols: &[Symbol],
        asker: &Asker,
    ) -> Vec<Arc<Entry>> {
        self.board.add_on_demand(symbols);
        let mut read = Read { symbols, asker, asked: HashSet::new() };
        self.refresh_asked(&mut read);
        let Settings { read_deadline, longest_wait, .. } = *self.context.settings();
        self.wait_until(read_deadline, &mut read, |entry| self.is_fresh(entry)).await;
        let rest = longest_wait.saturating_sub(read_deadline);
        self.wait_until(rest, &mut read, |entry| entry.quote.is_some()).await;
        self.show_simulated().await;
        let board = self.board.current();
        let entry = |symbol: &Symbol| board.entry(symbol).cloned();
        symbols
            .iter()
            .map(|symbol| entry(symbol).unwrap_or_else(|| Arc::new(self.nothing_of(symbol))))
            .collect()
    }

    /// Has those of these that are due or were refused refreshed, together. Expects
    /// canonical symbols.
    pub(crate) fn refresh_together_asked(self: &Arc<Self>, symbols: &[Symbol], asker: &Asker) {
        self.board.add_on_demand(symbols);
        self.refresh_asked(&mut Read { symbols, asker, asked: HashSet::new() });
    }

    /// Has instruments refreshed until what is returned is dropped. Expects
    /// canonical symbols.
    pub(crate) fn demand(self: &Arc<Self>, symbols: &[Symbol], asker: &Asker) -> Demand {
        self.board.add_on_demand(symbols);
        let (schedule, interest) = (Arc::clone(&self.schedule), self.context.interest());
        let (interest, client) = (Arc::clone(interest), asker.client().clone());
        let demand = Demand::new(schedule, interest, client, symbols, self.context.moment());
        self.refresh_asked(&mut Read { symbols, asker, asked: HashSet::new() });
        demand
    }

    /// An entry for an instrument that the board dropped while it was read.
    fn nothing_of(&self, symbol: &Symbol) -> Entry {
        Entry::new(self.context.instrument(symbol))
    }

    /// Refreshes those that are due and were not asked for this reader yet, in a task
    /// of its own: a reader that leaves does not end it for the others.
    fn refresh_asked(self: &Arc<Self>, read: &mut Read<'_>) {
        let board = self.board.current();
        let was_refused = |symbol: &Symbol| read.was_refused_to_others(symbol, &board);
        let due = self.schedule.take_asked(read.symbols, was_refused, self.context.moment());
        self.note_asked(read);
        if due.is_empty() {
            return;
        }
        read.asked.extend(due.iter().cloned());
        let refresher = Arc::clone(self);
        tokio::spawn(async move {
            refresher.refresh(&due).await;
            refresher.show_simulated().await;
        });
    }

    /// Upstreams are being asked for somebody, or will be in a moment.
    fn note_asked(&self, read: &Read<'_>) {
        let (interest, asker) = (self.context.interest(), read.asker);
        let is_awaited = |it: &&Symbol| !interest.is_watched(it) && self.schedule.is_under_way(it);
        for symbol in read.symbols.iter().filter(is_awaited) {
            interest.asks(asker.client(), Question::Price(symbol.clone()));
            let sources = self.context.catalog().sources(symbol).iter().copied();
            let is_known = self.context.instruments().is_known(symbol);
            asker.depends_on(sources.map(Source::new), is_known);
        }
    }

    /// Waits until every instrument is as required or no longer being refreshed. What
    /// was refused to another meanwhile is asked for once more.
    async fn wait_until(
        self: &Arc<Self>,
        longest: Duration,
        read: &mut Read<'_>,
        is_enough: impl Fn(&Entry) -> bool,
    ) {
        let mut changes = self.board.changes();
        let is_settled = |symbol: &Symbol| {
            let board = self.board.current();
            board.entry(symbol).is_none_or(|entry| is_enough(entry))
                || !self.schedule.is_under_way(symbol)
        };
        let settled = async {
            loop {
                if read.symbols.iter().all(is_settled) {
                    self.refresh_refused(read);
                }
                if read.symbols.iter().all(is_settled) || changes.changed().await.is_err() {
                    return;
                }
            }
        };
        // After that, what there is must do.
        let _ = timeout(longest, settled).await;
    }

    /// Asks for what was refused to others: this reader may have a share left.
    fn refresh_refused(self: &Arc<Self>, read: &mut Read<'_>) {
        let board = self.board.current();
        if read.symbols.iter().any(|symbol| read.was_refused_to_others(symbol, &board)) {
            self.refresh_asked(read);
        }
    }

    fn is_fresh(&self, entry: &Entry) -> bool {
        entry.freshness(self.context.now()) == Freshness::Fresh
    }
}

/// What one reader asks for.
struct Read<'a> {
    symbols: &'a [Symbol],
    asker: &'a Asker,
    /// What has been asked of upstreams for it.
    asked: HashSet<Symbol>,
}

impl Read<'_> {
    /// Whether it was refused because of what others had asked: this reader may have a
    /// share left.
    fn was_refused_to_others(&self, symbol: &Symbol, board: &Board) -> bool {
        let is_spent = |entry: &Arc<Entry>| entry.failures.is_share_spent();
        !self.asked.contains(symbol) && board.entry(symbol).is_some_and(is_spent)
    }
}

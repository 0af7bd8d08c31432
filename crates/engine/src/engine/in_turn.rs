use std::sync::{Arc, OnceLock};

use market::{DocumentQuery, HistoryResult, Source, Symbol};

use super::Engine;
use crate::awaited::Awaiting;
use crate::board::Entry;
use crate::documents::{GivenDocument, NoDocument};
use crate::history::HistoryError;
use crate::search::Found;
use crate::turns::Wanting;

/// Questions of those who wait for their turn, where they do.
impl Engine {
    /// Latest quotes. Expects canonical symbols.
    pub(super) async fn quotes_in_turn(&self, symbols: &[Symbol]) -> Vec<Arc<Entry>> {
        let awaiting = OnceLock::new();
        let ask = async || {
            // Refused once, it waits beside its client's other readers, and asks for all.
            if let Some(awaiting) = awaiting.get() {
                let together = Awaiting::together(awaiting);
                self.parts.refresher.refresh_together_asked(&together, &self.asker);
            }
            self.parts.refresher.quotes(symbols, &self.asker).await
        };
        let wanting = |entries: &Vec<Arc<Entry>>| {
            let without = || entries.iter().filter(|entry| entry.quote.is_none());
            let wanting = without().filter_map(|entry| Wanting::of(&entry.failures));
            let wanting = wanting.min_by_key(|it| it.again_in)?;
            let symbols = without().map(|entry| entry.instrument.symbol.clone());
            let client = self.asker.client();
            awaiting.get_or_init(|| self.parts.awaited.await_these(client, symbols.collect()));
            Some(wanting)
        };
        self.in_turn(ask, wanting).await
    }

    /// History, however it is asked for.
    pub(super) async fn history_in_turn<F>(
        &self,
        ask: impl Fn() -> F,
    ) -> Result<Arc<HistoryResult>, HistoryError>
    where
        F: Future<Output = Result<Arc<HistoryResult>, HistoryError>>,
    {
        self.in_turn(ask, |given| Wanting::of(given.as_ref().err()?.failures())).await
    }

    /// Instruments that a text describes.
    pub(super) async fn search_in_turn(&self, text: &str) -> Found {
        let ask = || self.parts.search.find(text, &self.asker);
        let nothing = |found: &&Found| found.instruments.is_empty();
        let wanting = |found: &Found| Wanting::of(&Some(found).filter(nothing)?.failures);
        self.in_turn(ask, wanting).await
    }

    /// What is passed on.
    pub(super) async fn document_in_turn(
        &self,
        source: &Source,
        asked: &DocumentQuery,
    ) -> Result<GivenDocument, NoDocument> {
        let ask = || self.parts.documents.get(source, asked, &self.asker);
        self.in_turn(ask, |given| Wanting::of(given.as_ref().err()?.failures()?)).await
    }

    async fn in_turn<T, F: Future<Output = T>>(
        &self,
        ask: impl Fn() -> F,
        wanting: impl Fn(&T) -> Option<Wanting>,
    ) -> T {
        let patience = self.asker.patience(self.parts.context.moment());
        self.parts.turns.wait(self.asker.client(), patience, ask, wanting).await
    }
}

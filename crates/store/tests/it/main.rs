//! What every store promises (`contract`), and a folder for each backend that
//! keeps it and has more to say for itself.
#![expect(clippy::unwrap_used, reason = "tests")]

mod contract;
mod sqlite;
mod values;

use market::{
    HistoryQuery, HistoryResult, Kept, Quote, Saved, Showing, Shown, ShownFrom, Speaks, Store,
    StoreError,
};

/// A kind of store under test, with one empty store of its own.
pub(crate) trait Backend: Sync {
    /// Opens that store; again after the one given out before has been dropped.
    fn open(&self) -> Box<dyn Store>;
}

/// The store as most tests use it: changes are only counted. What is read back has
/// the number of no revision, as what was taken had none.
pub(crate) trait Taking {
    /// Shows a quote from when it was received.
    async fn take_quote(&self, quote: &Quote) -> Result<(), StoreError>;
    async fn take(&self, answer: &HistoryResult) -> Result<Saved, StoreError>;
    async fn take_anew(&self, answer: &HistoryResult) -> Result<Saved, StoreError>;
    async fn last(&self, question: &HistoryQuery) -> Result<Option<HistoryResult>, StoreError>;
}

impl<S: Store + ?Sized> Taking for S {
    async fn take_quote(&self, quote: &Quote) -> Result<(), StoreError> {
        let symbol = quote.instrument.symbol.clone();
        let showing = Showing::Quote(Box::new(quote.clone()));
        let shown = Shown { symbol, showing, rivals: Vec::new(), believed: None };
        let from = ShownFrom { shown, at: quote.received_at, unkept_since: None };
        self.persist_shown(&[from], quote.received_at).await
    }

    async fn take(&self, answer: &HistoryResult) -> Result<Saved, StoreError> {
        let saved = self.persist_answer(answer, Speaks::OfItsStretch, answer.received_at).await?;
        Ok(Saved { changes: Vec::new(), ..saved })
    }

    async fn take_anew(&self, answer: &HistoryResult) -> Result<Saved, StoreError> {
        let saved = self.rebase(answer, answer.received_at).await?;
        Ok(Saved { changes: Vec::new(), ..saved })
    }

    async fn last(&self, question: &HistoryQuery) -> Result<Option<HistoryResult>, StoreError> {
        let read = self.answer(question, None).await?;
        Ok(read.map(|read| HistoryResult { kept: Kept::default(), ..read }))
    }
}

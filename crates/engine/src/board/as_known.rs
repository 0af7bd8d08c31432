use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use market::{Shown, StoreError, Symbol};

use super::{Board, Entry, QuoteBoard};

impl QuoteBoard {
    /// What was shown of instruments at an instant, in the order asked; an entry
    /// without a quote of those of which nothing was. `None` where that is all.
    pub(crate) async fn as_known(
        &self,
        symbols: &[Symbol],
        at: Timestamp,
    ) -> Result<Option<Vec<Arc<Entry>>>, StoreError> {
        self.store_shown_by(symbols, at).await?;
        let shown = self.context.store().shown_at(symbols, at).await?;
        if shown.is_empty() {
            return Ok(None);
        }
        let of = |shown: Shown| (shown.symbol.clone(), shown);
        let mut shown: HashMap<Symbol, Shown> = shown.into_iter().map(of).collect();
        let entry = |symbol: &Symbol| {
            let instrument = self.context.instrument(symbol);
            Arc::new(match shown.remove(symbol) {
                Some(shown) => Entry::as_shown(instrument, shown),
                None => Entry::new(instrument),
            })
        };
        Ok(Some(symbols.iter().map(entry).collect()))
    }

    /// A board of what was shown of these instruments at an instant.
    pub(crate) async fn board_as_known(
        &self,
        symbols: &[Symbol],
        at: Timestamp,
    ) -> Result<Board, StoreError> {
        let entries = self.as_known(symbols, at).await?.unwrap_or_default();
        Ok(Board { entries, ..Board::default() })
    }
}

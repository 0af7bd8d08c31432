use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use market::{HistoryQuery, HistoryResult, Interval, Moment, Period, Span, Symbol};

use super::History;
use crate::upstream::OnBehalf;

/// When the usual history of each watched instrument may be asked for on behalf of
/// the watchlist again: once in an interval, so that nobody can spend its part by
/// asking for what does not come.
#[derive(Debug, Default)]
pub(super) struct Usual(Mutex<HashMap<Symbol, Moment>>);

impl Usual {
    fn take(&self, symbol: &Symbol, every: Duration, now: Moment) -> bool {
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_taken = next.get(symbol).is_none_or(|at| *at <= now);
        if is_taken {
            next.insert(symbol.clone(), now + every);
        }
        is_taken
    }
}

impl History {
    /// For whom a query is put: what a watched instrument's readers see first is part
    /// of keeping it.
    pub(super) fn on_behalf(&self, query: &HistoryQuery) -> OnBehalf {
        let (interest, settings) = (self.context.interest(), self.context.settings());
        let is_usual = interest.is_watched(&query.symbol)
            && *query == usual(&query.symbol, settings.default_period)
            && self.usual.take(&query.symbol, settings.refresh_every, self.context.moment());
        if is_usual { OnBehalf::Watchlist } else { interest.in_history(query) }
    }

    /// Asks for the history that a reader of an instrument sees first, where what is held of
    /// it is not current, on behalf of the watchlist. Whether a source that might have it could
    /// not be asked yet.
    pub(crate) async fn renew_usual(self: &Arc<Self>, symbol: &Symbol) -> bool {
        let query = usual(symbol, self.context.settings().default_period);
        self.refresh(&query).await.is_some_and(|brought| brought.is_put_off())
    }

    /// What memory holds of the history that a reader of an instrument sees first.
    pub(crate) fn usual(&self, symbol: &Symbol) -> Option<Arc<HistoryResult>> {
        self.results.held(&usual(symbol, self.context.settings().default_period))
    }
}

/// The query that is put where a reader names nothing but the instrument.
fn usual(symbol: &Symbol, period: Period) -> HistoryQuery {
    let span = Span::Period(period);
    HistoryQuery { symbol: symbol.clone(), interval: Interval::D1, span, source: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_the_watchlists_once_in_an_interval() {
        let (usual, every, now) = (Usual::default(), Duration::from_mins(1), Moment::default());
        let [one, other]: [Symbol; 2] = ["CAC40", "AAPL"].map(|name| name.parse().unwrap());
        assert!(usual.take(&one, every, now) && usual.take(&other, every, now));
        assert!(!usual.take(&one, every, now));
        assert!(usual.take(&one, every, now + every));
    }
}

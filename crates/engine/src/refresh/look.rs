use std::collections::BTreeMap;

use futures_util::future::join_all;
use market::{Instrument, Source, SourceError, Symbol};

use super::{Doubted, Refresher};

/// Looking into what is doubted.
impl Refresher {
    /// Asks a source by name for what it said among others and what is not believed:
    /// an answer about one instrument alone says more. Returns what is still not.
    pub(super) async fn look(&self, source: &Source, doubted: Doubted) -> Doubted {
        let ask = |(symbol, doubt): (Symbol, SourceError)| async move {
            let instrument = self.context.instrument(&symbol);
            let asked = self.context.upstreams().quotes(source, vec![instrument]).await;
            let found = asked.into_iter().find_map(|(_, result)| result.ok());
            let Some(quote) = found else { return vec![(symbol, doubt)] };
            self.take(vec![(symbol, Ok(quote))]).await
        };
        join_all(doubted.into_iter().map(ask)).await.into_iter().flatten().collect()
    }

    /// Asks second sources that are as live as the first, now and then, so that
    /// a price on which they disagree is seen to be disputed.
    pub(super) async fn cross_check(&self, refreshed: &[Symbol]) {
        let now = self.context.moment();
        let mut by_source: BTreeMap<&str, Vec<Instrument>> = BTreeMap::new();
        for symbol in refreshed {
            if let Some(name) = self.context.catalog().second_live_source(symbol)
                && self.schedule.take_cross_check(symbol, now)
            {
                by_source.entry(name).or_default().push(self.context.instrument(symbol));
            }
        }
        for (name, instruments) in by_source {
            let asked = self.context.upstreams().quotes(&Source::new(name), instruments).await;
            let quotes = asked.into_iter().filter_map(|(_, result)| result.ok()).collect();
            self.board.compare(quotes);
        }
        self.board.persist().await;
    }
}

//! Whether streams can be had, for somebody who looks before starting the service.

use std::sync::Arc;

use futures_util::future::join_all;
use market::{Instrument, Source, SourceError, StreamSource, Tick, Unreach, UpstreamFacts};

use super::feed::Feed;
use crate::engine::Engine;
use crate::upstream::OnBehalf;

impl Engine {
    /// Opens each upstream's stream once, waits for the first price of an
    /// instrument it must tell of, as long as for any answer, and takes leave.
    /// Nothing is kept, and the simulator's stream is not asked.
    pub async fn check_streams(&self) -> Vec<(Source, Result<Tick, SourceError>)> {
        let real = self.inner.streams.feeds.iter().filter(|feed| !feed.simulated);
        let known = real
            .filter_map(|feed| Some((feed, self.inner.catalog.upstream(feed.upstream.as_str())?)));
        let asked =
            known.map(async |(feed, facts)| (feed.source.clone(), self.probe(feed, facts).await));
        join_all(asked).await
    }

    async fn probe(&self, feed: &Feed, facts: &UpstreamFacts) -> Result<Tick, SourceError> {
        let symbol = facts.probe.parse().expect("every probe is a symbol");
        let probe = [self.inner.catalog.instrument(&symbol)];
        let ask = || first_price(&feed.stream, &probe);
        match self.gate(feed) {
            Some(gate) => gate.ask(OnBehalf::Reader, ask).await,
            None => ask().await,
        }
    }
}

async fn first_price(
    stream: &Arc<dyn StreamSource>,
    probe: &[Instrument],
) -> Result<Tick, SourceError> {
    let mut ticks = stream.connect(probe).await?;
    let first = ticks.next().await;
    ticks.close().await;
    first.unwrap_or_else(|| {
        let detail = "the stream ended before its first price".to_owned();
        Err(SourceError::Unreachable { why: Unreach::BrokenOff, detail })
    })
}

//! Whether streams can be had, for somebody who looks before starting the service.

use futures_util::future::join_all;
use market::{Instrument, Source, SourceError, StreamSource, Tick, Unreach, UpstreamFacts};

use super::Streams;
use super::state::StreamState;
use crate::upstream::About;

impl Streams {
    /// Opens each upstream's stream once, waits for the first price of an
    /// instrument it must serve, and closes it. The simulator's stream is left out.
    pub(crate) async fn check(&self) -> Vec<(Source, Result<Tick, SourceError>)> {
        let real = self.states.iter().filter(|state| !state.is_simulated());
        let known = real.filter_map(|state| {
            Some((state, self.context.catalog().upstream(state.upstream().as_str())?))
        });
        let asked = known
            .map(async |(state, facts)| (state.source().clone(), self.probe(state, facts).await));
        join_all(asked).await
    }

    async fn probe(&self, state: &StreamState, facts: &UpstreamFacts) -> Result<Tick, SourceError> {
        let symbol = facts.probe.parse().expect("every probe is a symbol");
        let probe = [self.context.catalog().instrument(&symbol)];
        let ask = || first_price(state.stream(), &probe);
        match self.gate(state) {
            Some(gate) => {
                let on_behalf = self.context.interest().in_prices(&probe);
                gate.ask(&on_behalf, &About::nothing(), ask).await
            }
            None => ask().await,
        }
    }
}

async fn first_price(stream: &dyn StreamSource, probe: &[Instrument]) -> Result<Tick, SourceError> {
    let mut ticks = stream.connect(probe).await?;
    let first = ticks.next().await;
    ticks.close().await;
    first.unwrap_or_else(|| {
        let detail = "the stream ended before its first price".to_owned();
        Err(SourceError::Unreachable { why: Unreach::BrokenOff, detail })
    })
}

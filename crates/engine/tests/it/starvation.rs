//! A watchlist longer than an upstream's budget suffices for.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use engine::{Calls, Engine, Settings, Sources};
use jiff::{SignedDuration, Timestamp};
use market::{Instrument, Quote, QuoteSource, Source, SourceError, SourceFacts, Symbol};
use testkit::allowance;

use crate::facts;
use crate::fakes::{FakeSource, World, symbol};

const PER_HOUR: f64 = 1_800.0;
const BURST: f64 = 60.0;

/// A source that takes twenty instruments in one request.
pub(crate) struct ByTwenty(pub(crate) Arc<FakeSource>);

#[async_trait]
impl QuoteSource for ByTwenty {
    fn source(&self) -> Source {
        QuoteSource::source(&*self.0)
    }

    fn batches(&self, instruments: Vec<Instrument>) -> Vec<Vec<Instrument>> {
        instruments.chunks(20).map(<[_]>::to_vec).collect()
    }

    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        self.0.quotes(batch).await
    }
}

async fn engine(world: &World, watchlist: Vec<Symbol>) -> Engine {
    static YAHOO: SourceFacts =
        facts::yahoo(allowance(PER_HOUR, BURST), allowance(PER_HOUR, BURST));
    let sources = Sources::of(facts::catalog_with(&YAHOO))
        .with_quotes(Arc::new(ByTwenty(world.yahoo.clone())))
        .with_calls(Calls { attempts: 1, ..Calls::default() });
    let settings = Settings {
        watchlist,
        refresh_every: Duration::from_mins(1),
        read_deadline: Duration::from_millis(10),
        longest_wait: Duration::from_secs(10),
        default_period: market::Period::Months(1),
        cache_bytes: 1 << 20,
        document_bytes: None,
        repairing: market::Repairing::default(),
    };
    Engine::start(settings, world.clock.clone(), sources, world.store.clone()).await
}

/// How long the instrument that waited longest has waited; since `began`, where
/// it has no quote yet.
fn longest_wait(engine: &Engine, began: Timestamp) -> SignedDuration {
    let board = engine.board();
    let received =
        board.entries.iter().map(|it| it.quote.as_ref().map_or(began, |quote| quote.received_at));
    engine.now().duration_since(received.min().unwrap())
}

/// Fifty requests a minute are wanted and thirty are allowed.
#[tokio::test(start_paused = true)]
async fn a_budget_too_small_for_all_is_shared_by_all_and_readers_keep_their_part() {
    let world = World::new();
    let watchlist: Vec<_> = (0..1_000).map(|i| symbol(&format!("S{i}"))).collect();
    let engine = engine(&world, watchlist).await;
    let began = engine.now();
    for second in 0..20 * 60_i64 {
        engine.refresh_due().await;
        let waited = longest_wait(&engine, began);
        assert!(waited <= SignedDuration::from_mins(4), "{waited:?} after {second} s");
        let left = engine.upstreams()[0].left;
        assert!(left >= BURST / 4.0 - 1e-6, "{left} left for readers after {second} s");
        let allowed = BURST + PER_HOUR * second as f64 / 3_600.0;
        let calls = world.yahoo.calls();
        assert!(calls as f64 <= allowed, "{calls} calls in {second} s, {allowed} are allowed");
        world.clock.advance(SignedDuration::from_secs(1));
    }
}

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use engine::{Calls, Engine, Settings, Sources};
use market::{Catalog, Credit, Kind, Polled, Rank, SourceFacts, Store as _, Symbol};
use store::SqliteStore;
use testkit::{allowance, upstream_facts};

use super::Scene;
use crate::recorder::Recorder;
use crate::upstream::{BURST, Upstream};
use crate::world::SOURCES;

impl Scene {
    /// The service as it starts.
    pub(super) async fn engine(&self, file: &Path) -> Engine {
        let cut = Arc::clone(&self.cut);
        let store = SqliteStore::open_breaking(file, move || cut.breaks()).unwrap();
        if let Err(error) = store.check().await {
            self.journal.fault(format!("(m) the store is damaged: {error}"));
        }
        let (record, clock) = (Arc::clone(&self.record), Arc::clone(&self.clock));
        let store = Arc::new(Recorder { store, record, clock, cut: Arc::clone(&self.cut) });
        let mut sources = Sources::of(Catalog::of(self.facts)).with_calls(Calls::default());
        for source in 0..SOURCES.len() {
            let (world, clock, journal) = (&self.world, &self.clock, &self.journal);
            let upstream = Arc::new(Upstream::new(source, world, clock, journal, self.lives));
            sources = sources.with_quotes(upstream.clone()).with_bars(upstream);
        }
        let settings = Settings {
            watchlist: self.symbols(),
            refresh_every: Duration::from_mins(10),
            read_deadline: Duration::from_secs(2),
            longest_wait: Duration::from_secs(20),
            default_period: market::Period::Months(1),
            cache_bytes: 1 << 30,
            document_bytes: None,
            repairing: market::Repairing::default(),
        };
        Engine::start(settings, self.clock.clone(), sources, store).await
    }

    pub(super) fn symbols(&self) -> Vec<Symbol> {
        self.world.listings.iter().map(|it| it.instrument.symbol.clone()).collect()
    }
}

const KINDS: &[Kind] = &[Kind::Equity, Kind::Currency, Kind::Crypto];

/// What is leaked here lives as long as the simulation's program, which is short.
pub(crate) fn facts(name: &'static str, rank: u8, per_hour: f64) -> &'static SourceFacts {
    let upstream = upstream_facts(name, allowance(per_hour, BURST));
    let ranks = Box::leak(Box::new([Rank { kinds: KINDS, rank }]));
    Box::leak(Box::new(SourceFacts {
        name,
        credit: Credit { text: name, url: None },
        polled: Some(Polled {
            upstream,
            ranks,
            is_live: true,
            intervals: &[],
            tells_actions: true,
        }),
        streamed: None,
        spelling: None,
        reference: None,
    }))
}

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use engine::{Calls, Engine, Settings, Sources};
use jiff::Timestamp;
use market::{
    Catalog, Disputed, DisputesQuery, HistoryQuery, HistoryResult, Interval, Period, RepairRecord,
    Repairing, RepairsQuery, Span,
};
use store::SqliteStore;
use tokio::time::sleep;

use super::share::Share;
use super::teller::{NAMES, Teller};
use crate::clock::VirtualClock;
use crate::life::facts;

/// The service, as it watches all shares.
pub(super) struct Session {
    engine: Engine,
    clock: Arc<VirtualClock>,
    shares: Arc<Vec<Share>>,
}

impl Session {
    pub(super) async fn start(tellers: &[Arc<Teller>], repairing: Repairing, file: &Path) -> Self {
        let (clock, shares) = (Arc::clone(&tellers[0].clock), Arc::clone(&tellers[0].shares));
        let names = NAMES.iter().take(tellers.len()).zip([10, 20, 30]);
        let all: Vec<_> = names.map(|(name, rank)| facts(name, rank, 3_600.0)).collect();
        let mut sources = Sources::of(Catalog::of(all)).with_calls(Calls::default());
        for teller in tellers {
            sources = sources.with_quotes(teller.clone()).with_bars(teller.clone());
        }
        let settings = Settings {
            watchlist: shares.iter().map(|it| it.instrument.symbol.clone()).collect(),
            refresh_every: Duration::from_mins(10),
            read_deadline: Duration::from_secs(2),
            longest_wait: Duration::from_secs(20),
            default_period: Period::Months(1),
            cache_bytes: 1 << 30,
            document_bytes: None,
            repairing,
        };
        let store = Arc::new(SqliteStore::open_inline(file).unwrap());
        let engine = Engine::start(settings, clock.clone(), sources, store).await;
        Self { engine, clock, shares }
    }

    /// Lets time pass until an instant.
    pub(super) async fn wait_until(&self, at: Timestamp) {
        let left = at.duration_since(self.clock.truly());
        sleep(Duration::try_from(left).unwrap_or_default()).await;
    }

    /// The prices of which another source says something else.
    pub(super) async fn disputed_prices(&self) -> Vec<String> {
        self.engine.refresh_due().await;
        let symbols: Vec<_> = self.shares.iter().map(|it| it.instrument.symbol.clone()).collect();
        let entries = self.engine.quotes(&symbols).await;
        let now = self.clock.truly();
        let rivals = entries.iter().filter_map(|it| Some((it, it.rival(now)?)));
        rivals.map(|(it, rival)| format!("{}: {rival:?}", it.instrument.symbol)).collect()
    }

    /// Has each share compared once, where that is due.
    pub(super) async fn refresh(&self) {
        for _ in 0..2 * Share::COUNT {
            self.engine.compare_closes().await;
            sleep(Duration::from_secs(20)).await;
        }
    }

    /// The last month of a share, as a reader has it who looks twice.
    pub(super) async fn month(&self, share: usize) -> Arc<HistoryResult> {
        let query = HistoryQuery {
            symbol: self.shares[share].instrument.symbol.clone(),
            interval: Interval::D1,
            span: Span::Period(Period::Months(1)),
            source: None,
        };
        let _held = self.engine.history(&query).await;
        sleep(Duration::from_secs(5)).await;
        self.engine.history(&query).await.unwrap()
    }

    /// All that was ever disputed, and repaired.
    pub(super) async fn all_said(&self) -> (Vec<Disputed>, Vec<RepairRecord>) {
        let all = DisputesQuery {
            symbol: None,
            since: None,
            is_open: false,
            before: u64::MAX,
            most: usize::MAX,
        };
        let disputes = self.engine.disputed(&all).await.unwrap();
        (disputes, self.engine.repairs(&RepairsQuery::ALL).await.unwrap())
    }
}

//! Fake upstreams that speak the market over HTTP, with faults.
//!
//! One server answers for all of them, since their paths do not collide: Yahoo
//! under `/v7`, `/v8` and `/v1`, `CoinGecko` under `/api/v3`, er-api under `/v6`,
//! the ECB under `/stats/eurofxref`. Time stands still until it is set.

mod answer;
mod coingecko;
mod ecb;
mod er_api;
mod fault;
mod serve;
mod shared;
mod yahoo;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use fault::Fault;

use crate::Market;
use shared::Shared;

/// A server on loopback that answers as the real upstreams do.
///
/// Stops when dropped, cutting whatever is still open.
#[derive(Debug)]
pub struct Upstream {
    shared: Arc<Shared>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Upstream {
    /// Starts on a free port of 127.0.0.1, its clock standing at `now`.
    ///
    /// # Panics
    ///
    /// Where loopback has no free port, and outside a tokio runtime.
    pub async fn start(market: Market, now: Timestamp) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared::new(market, now));
        let routes = routes(&shared);
        let server = tokio::spawn(serve::serve(listener, routes, Arc::clone(&shared)));
        Self { shared, address, server }
    }

    /// The base address for every provider, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The market it speaks.
    pub fn market(&self) -> Market {
        self.shared.market
    }

    /// Moves its clock.
    pub fn set_now(&self, now: Timestamp) {
        self.shared.with(|desk| desk.now = now);
    }

    /// Every request so far as path and query, percent-encoded as it came, in
    /// order of arrival; those that a fault spoilt too.
    pub fn log(&self) -> Vec<String> {
        self.shared.with(|desk| desk.log.clone())
    }

    /// How many requests there were.
    pub fn requests(&self) -> usize {
        self.shared.with(|desk| desk.log.len())
    }

    /// How many requests had `part` in their path or query, percent-encoded or not.
    pub fn requests_to(&self, part: &str) -> usize {
        self.shared.with(|desk| desk.log.iter().filter(|to| fault::matches(to, part)).count())
    }

    /// Makes a symbol, in Yahoo's spelling, or a `CoinGecko` id unknown from now on.
    pub fn unknown(&self, symbol: &str) {
        self.shared.with(|desk| desk.unknown.insert(symbol.to_uppercase()));
    }

    /// Fixes the latest price of a symbol, in Yahoo's spelling: Yahoo's quote and
    /// last bar, `CoinGecko`'s price of a coin (`BTC-EUR`), er-api's and the ECB's
    /// latest rate for one euro (`EURUSD=X`). History stays as it is.
    pub fn price(&self, symbol: &str, price: f64) {
        self.shared.with(|desk| desk.prices.insert(symbol.to_uppercase(), price));
    }

    /// Spoils the answers to requests with `part` in their path or query (the
    /// empty text is in all of them): the next `times` of them, or every one.
    ///
    /// Of several faults that match, the latest counts.
    pub fn fail(&self, part: &str, fault: Fault, times: Option<u32>) {
        self.shared.with(|desk| desk.faults.arm(part, fault, times));
    }

    /// Takes all faults back. Requests already caught in one stay there.
    pub fn heal(&self) {
        self.shared.with(|desk| desk.faults.clear());
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn routes(shared: &Arc<Shared>) -> Router {
    Router::new()
        .merge(yahoo::routes())
        .merge(coingecko::routes())
        .merge(er_api::routes())
        .merge(ecb::routes())
        .with_state(Arc::clone(shared))
}

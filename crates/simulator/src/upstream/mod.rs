//! Fake upstreams that speak the market over HTTP and WebSocket, with faults.
//!
//! One server answers for all of them, since their paths do not collide: Yahoo
//! under `/v7`, `/v8` and `/v1`, Tiingo under `/iex` and `/tiingo`, Twelve Data
//! at `/quote`, `/exchange_rate` and `/time_series`, Alpaca under `/v2/stocks` and at
//! `/v1/corporate-actions`, EODHD under `/api`, `CoinGecko` and Binance under `/api/v3`, Coinbase under `/products`, er-api under `/v6`, the ECB under
//! `/stats/eurofxref`, Yahoo's streamer at `/`, Kraken's at `/v2`, Alpaca's at `/v2/iex`.
//! Time stands still until it is set; what happened meanwhile is then sent on
//! the streams.

mod alpaca;
mod answer;
mod binance;
mod coinbase;
mod coingecko;
mod ecb;
mod eodhd;
mod er_api;
mod fault;
mod serve;
mod shared;
mod sockets;
mod streams;
mod tale;
mod tiingo;
mod twelvedata;
mod yahoo;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use fault::{Fault, Odd, StreamFault};
pub use streams::Stream;
pub use tale::Tale;

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

    /// Where Yahoo's streamer answers.
    pub fn yahoo_stream_url(&self) -> String {
        format!("ws://{}/?version=2", self.address)
    }

    /// Where Kraken's public stream, version 2, answers.
    pub fn kraken_url(&self) -> String {
        format!("ws://{}/v2", self.address)
    }

    /// Where Alpaca's stream answers.
    pub fn alpaca_stream_url(&self) -> String {
        format!("ws://{}/v2/iex", self.address)
    }

    /// The market it speaks.
    pub fn market(&self) -> Market {
        self.shared.market
    }

    /// Moves its clock. On the streams a tick goes out for every second of
    /// trading since, in order; for a leap of more than an hour the last alone.
    pub fn set_now(&self, now: Timestamp) {
        self.shared.set_now(now);
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

    /// Takes another token from now on in place of the one that Yahoo's documents want.
    pub fn renew_crumb(&self) {
        self.shared.with(|desk| desk.crumbs += 1);
    }

    /// Fixes the latest price of a symbol, in Yahoo's spelling: Yahoo's quote and
    /// last bar, `CoinGecko`'s price of a coin (`BTC-EUR`), er-api's and the ECB's
    /// latest rate for one euro (`EURUSD=X`), the ticks to come. History stays as
    /// it is.
    pub fn price(&self, symbol: &str, price: f64) {
        self.shared.with(|desk| desk.prices.insert(symbol.to_uppercase(), price));
    }

    /// Spoils the answers to requests with `part` in their path or query (the
    /// empty text is in all of them): the next `times` of them, or every one.
    ///
    /// A request for a stream is one, too: what is no [`Fault::Stream`] refuses it,
    /// or delays it. Of several faults that match, the latest counts.
    pub fn fail(&self, part: &str, fault: Fault, times: Option<u32>) {
        self.shared.with(|desk| desk.faults.arm(part, fault, times));
    }

    /// As [`Upstream::fail`], of all but the next few requests: as one does who has
    /// answered enough.
    pub fn fail_after(&self, answered: u32, part: &str, fault: Fault) {
        self.shared.with(|desk| desk.faults.arm_after(answered, part, fault));
    }

    /// Takes all faults back. Requests and streams already caught in one stay
    /// there, but for those that are [held](Fault::Held): they are answered.
    pub fn heal(&self) {
        self.shared.heal();
    }

    /// Sends a price, true at the clock's instant, to every stream that follows a
    /// symbol (in Yahoo's spelling), whether its market is open or not. How many
    /// streams that were. Nothing else of the upstream learns of it.
    pub fn push_price(&self, symbol: &str, price: f64) -> usize {
        self.shared.with_streams(|streams, prices| streams.push(symbol, price, prices))
    }

    /// The streams that are open, oldest first.
    pub fn streams(&self) -> Vec<Stream> {
        self.shared.with(|desk| desk.streams.list())
    }

    /// Waits until the open streams are as wanted: their number, and what they
    /// follow. Without a time limit; the test has one.
    pub async fn until_streams(&self, are_as_wanted: impl Fn(&[Stream]) -> bool) {
        let mut changes = self.shared.with(|desk| desk.streams.changes());
        while !are_as_wanted(&self.streams()) {
            changes.changed().await.expect("what tells of changes lives as long as the upstream");
        }
    }

    /// Breaks all streams off without taking leave, once what was said before is
    /// sent. New ones may be opened.
    pub fn cut_streams(&self) {
        self.shared.with(|desk| desk.streams.cut());
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.server.abort();
        self.shared.with(|desk| desk.streams.end());
    }
}

fn routes(shared: &Arc<Shared>) -> Router {
    Router::new()
        .merge(yahoo::routes())
        .merge(tiingo::routes())
        .merge(twelvedata::routes())
        .merge(alpaca::routes())
        .merge(eodhd::routes())
        .merge(coingecko::routes())
        .merge(coinbase::routes())
        .merge(binance::routes())
        .merge(er_api::routes())
        .merge(ecb::routes())
        .merge(sockets::routes())
        .with_state(Arc::clone(shared))
}

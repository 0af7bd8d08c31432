use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use engine::Engine;
use jiff::{SignedDuration, Timestamp};
use market::Clock;
use serde_json::Value;
use server::{App, Config, Front, Peer, router};
use simulator::{Market, Upstream};
use testkit::faults::TheirClock;
use testkit::{Line, PATIENCE, SettableClock, upstreams};
use tower::ServiceExt;

use crate::ordeal::PATIENT;

/// A Wednesday, Paris trading.
const BEGIN: &str = "2025-10-29T12:00:00Z";

/// How the requests to each upstream begin.
pub(crate) const UPSTREAMS: [(&str, &[&str]); 6] = [
    ("yahoo", &["/v1/finance", "/v7", "/v8"]),
    ("coingecko", &["/api/v3/simple", "/api/v3/coins"]),
    ("coinbase", &["/products"]),
    ("binance", &["/api/v3/ticker", "/api/v3/klines"]),
    ("er_api", &["/v6"]),
    ("ecb", &["/stats"]),
];

/// The service with a store of its own, its clock, its upstreams and the line
/// to them.
pub(crate) struct Stage {
    pub(crate) upstream: Upstream,
    pub(crate) line: Line,
    pub(crate) their_clock: TheirClock,
    pub(crate) began: Timestamp,
    /// How often the service was started.
    pub(crate) starts: u32,
    clock: Arc<SettableClock>,
    ahead: SignedDuration,
    /// The longest wait for an upstream, from the next start on.
    pub(crate) timeout: &'static str,
    folder: PathBuf,
    running: Option<(Arc<App>, Front)>,
    _home: tempfile::TempDir,
}

impl Stage {
    /// Everything in place, the service not yet started.
    pub(crate) async fn new(timeout: &'static str) -> Self {
        let began = BEGIN.parse().unwrap();
        let upstream = Upstream::start(Market::new(7), began).await;
        let address = upstream.url().trim_start_matches("http://").parse().unwrap();
        let home = tempfile::tempdir().unwrap();
        Self {
            upstream,
            line: Line::to(address).await,
            their_clock: TheirClock::Off(0),
            began,
            starts: 0,
            clock: SettableClock::new(began),
            ahead: SignedDuration::ZERO,
            timeout,
            folder: home.path().join("data"),
            running: None,
            _home: home,
        }
    }

    /// Where the store is from the next start on.
    pub(crate) fn set_folder(&mut self, folder: &Path) {
        folder.clone_into(&mut self.folder);
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) async fn start(&mut self) -> Result<(), String> {
        self.start_asking(|line| format!("http://{line}")).await
    }

    /// Ends the service and starts it again on its store, asking upstreams at
    /// another address.
    pub(crate) async fn start_asking(
        &mut self,
        base: impl Fn(SocketAddr) -> String,
    ) -> Result<(), String> {
        self.stop().await;
        let base = base(self.line.address());
        let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut settings = vec![
            setting("APP_ENV", "production"),
            setting("MARKETPULSE_DATA_DIR", self.folder.to_str().unwrap()),
            setting("MARKETPULSE_UPSTREAM_TIMEOUT", self.timeout),
            setting("MARKETPULSE_READ_DEADLINE", self.deadline()),
            setting("MARKETPULSE_STREAMS", "False"),
        ];
        settings.extend(upstreams::at(&base));
        let config = Config::read(&settings).unwrap();
        let app = App::start(config, false, self.clock.clone()).await?;
        self.running = Some((Arc::clone(&app), router(app)));
        self.starts += 1;
        Ok(())
    }

    /// The longest a reader waits where older values can stand in: for whatever a
    /// busy machine takes, unless upstreams make everybody wait.
    fn deadline(&self) -> &'static str {
        if self.timeout == PATIENT { "1m" } else { "2s" }
    }

    /// Ends the service as a whole: its store is closed, once the last question that
    /// nobody waits for any more has let go of it.
    pub(crate) async fn stop(&mut self) {
        let Some((app, front)) = self.running.take() else { return };
        let database = app.config.database.clone();
        drop((app, front));
        let closed = async {
            while database.holder().is_some() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, closed).await.expect("the store stays in use");
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.running.as_ref().unwrap().0.engine
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
        self.tell_upstream();
    }

    /// Somebody sets our clock so far ahead of what it was at first, or back.
    pub(crate) fn set_ahead(&mut self, by: SignedDuration) {
        self.clock.step(by - self.ahead);
        self.ahead = by;
    }

    /// Sets the upstreams' clock by ours.
    pub(crate) fn tell_upstream(&self) {
        if let TheirClock::Off(hours) = self.their_clock {
            self.upstream.set_now(self.now() + SignedDuration::from_hours(hours));
        }
    }

    /// One reader's question, to be asked beside others.
    pub(crate) fn ask(&self, target: &str) -> impl Future<Output = Answer> + use<> {
        answer(self.begin(None, target))
    }

    /// The same by a reader at an address.
    pub(crate) fn ask_from(
        &self,
        address: IpAddr,
        target: &str,
    ) -> impl Future<Output = Answer> + use<> {
        answer(self.begin(Some(address), target))
    }

    /// The beginning of an answer, which may go on.
    pub(crate) fn begin(
        &self,
        address: Option<IpAddr>,
        target: &str,
    ) -> impl Future<Output = Response<Body>> + use<> {
        let router = self.running.as_ref().unwrap().1.clone();
        let mut request = Request::get(target).body(Body::empty()).unwrap();
        if let Some(address) = address {
            request.extensions_mut().insert(Peer(address));
        }
        async move { router.oneshot(request).await.unwrap() }
    }
}

async fn answer(response: impl Future<Output = Response<Body>>) -> Answer {
    let response = response.await;
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    Answer { status, body: String::from_utf8_lossy(&body).into_owned() }
}

/// What a reader was told.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Answer {
    /// `null` where it is no JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

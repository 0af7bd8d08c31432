use std::sync::Arc;
use std::time::Duration;

use engine::Engine;
use http::reply::ResponseCache;
use jiff::Timestamp;
use market::Clock;

use crate::config::Config;
use crate::latest::LatestAnswer;
use crate::stream::{self, Hub, Limits};
use crate::wiring;

/// What handlers may reach. Built once at start, or by a test.
pub struct App {
    /// The settings in force.
    pub config: Config,
    /// Runs on the simulator alone.
    pub demo: bool,
    /// All market data.
    pub engine: Engine,
    pub(crate) latest: LatestAnswer,
    /// Answers as they were last sent.
    pub(crate) replies: ResponseCache,
    /// Who follows what.
    pub(crate) streams: Arc<Hub>,
}

/// How often a stream on which nothing changes is shown to be alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Fewer than the on-demand instruments that the board holds: one that it dropped
/// while it is followed would be asked for in vain.
const FOLLOWED_TOGETHER: usize = 4_000;

/// How soon one who follows prices is expected back.
const LINGER: Duration = Duration::from_mins(1);

impl App {
    /// Puts the service together as the settings say. Nothing is refreshed
    /// until [`Engine::run`].
    ///
    /// # Errors
    ///
    /// A sentence about what cannot be used.
    pub async fn start(
        config: Config,
        demo: bool,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, String> {
        let engine = wiring::engine(&config, demo, clock, store::IfDamaged::SetAside).await?;
        let limits = Limits {
            connections: config.stream_connections,
            symbols: config.stream_symbols,
            together: FOLLOWED_TOGETHER,
            heartbeat: HEARTBEAT,
            linger: LINGER,
        };
        Ok(Arc::new(Self {
            streams: stream::start(engine.clone(), limits),
            config,
            demo,
            engine,
            latest: LatestAnswer::default(),
            replies: ResponseCache::default(),
        }))
    }
}

/// The machine's clock: the one place where the present is read.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that all others are given")]
    fn now(&self) -> Timestamp {
        // Whole milliseconds: as fine as upstreams publish and the store keeps.
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

/// A clock that stands still, for a simulated market that is to look the same
/// each time.
#[derive(Clone, Copy, Debug)]
pub struct StoppedClock(pub Timestamp);

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

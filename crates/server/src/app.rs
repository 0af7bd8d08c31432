use std::sync::Arc;
use std::time::Duration;

use audit::{AuditFile, Trail};
use engine::Engine;
use facades::Served;
use http::reply::{LongAnswers, ResponseCache};
use http::{Answers, Gate};
use jiff::Timestamp;
use market::{Clock, Moment};
use rustix::time::ClockId;
use store::Opening;
use table::text::with_causes;

use crate::admission;
use crate::config::Config;
use crate::limits::USUAL_STREAMS;
use crate::start_error::StartError;
use crate::wiring;
use face::stream::{self, Hub, Limits};

/// What handlers may reach. Built once at start, or by a test.
pub struct App {
    /// The settings in force.
    pub config: Config,
    /// Runs on the simulator alone.
    pub demo: bool,
    /// All market data.
    pub engine: Engine,
    /// When it was put together.
    pub(crate) started: Timestamp,
    /// What every route was asked, in figures.
    pub(crate) answers: Answers,
    /// Answers as they were last sent.
    pub(crate) replies: ResponseCache,
    pub(crate) long_answers: LongAnswers,
    /// Who follows what.
    pub(crate) streams: Arc<Hub>,
    /// Who may use it.
    pub(crate) gate: Arc<Gate>,
    /// Where it is written who did or was refused what, if anywhere.
    pub(crate) audit: Option<Arc<Trail>>,
}

/// How often a stream on which nothing changes is shown to be alive: more than twice
/// in the ten seconds after which our pages call nothing fresh.
const HEARTBEAT: Duration = Duration::from_secs(4);

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
    /// What cannot be used.
    pub async fn start(
        config: Config,
        demo: bool,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, StartError> {
        let audit = trail(&config)?;
        let gate = Arc::new(admission::gate(&config, &clock, audit.clone())?);
        let opening = Opening::ToServe { at: config.listen.to_string() };
        let engine = wiring::engine(&config, demo, clock, &opening).await?;
        let limits = Limits {
            connections: config.stream_connections.unwrap_or(USUAL_STREAMS),
            symbols: config.stream_symbols,
            together: FOLLOWED_TOGETHER,
            heartbeat: HEARTBEAT,
            linger: LINGER,
        };
        Ok(Arc::new(Self {
            streams: stream::start(engine.clone(), limits),
            gate,
            audit,
            config,
            demo,
            started: engine.now(),
            answers: Answers::default(),
            engine,
            replies: ResponseCache::default(),
            long_answers: LongAnswers::default(),
        }))
    }

    /// Whether others than this machine reach it without a key, and nobody has said that
    /// this is meant.
    pub(crate) fn is_exposed(&self) -> bool {
        let Config { listen, reach, .. } = &self.config;
        !listen.ip().is_loopback() && !reach.public && !self.gate.is_closed()
    }

    /// What facades may reach of it.
    pub(crate) fn served(&self) -> Served {
        Served {
            engine: self.engine.clone(),
            streams: Arc::clone(&self.streams),
            long_answers: self.long_answers.clone(),
            refresh_every: self.config.refresh_every,
        }
    }
}

/// The audit log that the settings name, if any.
///
/// # Errors
///
/// A sentence about why it cannot be written: a service whose deeds are to be on record
/// does none that are not.
fn trail(config: &Config) -> Result<Option<Arc<Trail>>, String> {
    let Some(path) = &config.reach.audit else { return Ok(None) };
    let file = AuditFile::at(path.clone()).map_err(|error| with_causes(&error))?;
    let trail = Trail::start(file, Arc::new(|| SystemClock.now()));
    trail.map(|trail| Some(Arc::new(trail))).map_err(|error| error.to_string())
}

/// The machine's clocks: the one place where the present is read.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that all others are given")]
    fn now(&self) -> Timestamp {
        // Whole milliseconds: as fine as upstreams publish and the store keeps.
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    fn moment(&self) -> Moment {
        let read = rustix::time::clock_gettime(COUNTS_SUSPENSION);
        let second = u64::try_from(read.tv_sec).unwrap_or_default();
        let nanosecond = u32::try_from(read.tv_nsec).unwrap_or_default();
        Moment::after_beginning(Duration::new(second, nanosecond))
    }
}

/// Upstreams' time passes while the machine is suspended, and prices grow old. So the
/// clock for waiting counts that time: pauses are over by then, and all is due. One that
/// stood still meanwhile could not be told from a wall clock that was set.
#[cfg(target_os = "linux")]
const COUNTS_SUSPENSION: ClockId = ClockId::Boottime;

/// Elsewhere the monotonic clock is the one that is nearest to it.
#[cfg(not(target_os = "linux"))]
const COUNTS_SUSPENSION: ClockId = ClockId::Monotonic;

/// A clock that stands still, for a simulated market that is to look the same
/// each time.
#[derive(Clone, Copy, Debug)]
pub struct StoppedClock(pub Timestamp);

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn moment(&self) -> Moment {
        Moment::default()
    }
}

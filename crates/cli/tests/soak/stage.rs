use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use market::Clock;
use server::SystemClock;
use simulator::{Market, Upstream};
use testkit::{Line, Mount, Service, upstreams};
use tokio::time::interval;

use crate::log::LogReader;
use crate::machine;
use crate::questions::WATCHED;
use crate::weather::{Sky, Weather};
use crate::wrong_clock::WrongClock;

/// Room for what is stored within hours.
const DISK_MIB: u32 = 128;

/// The service as a program on a disk of its own, and all that can go wrong around it.
pub(crate) struct Stage {
    pub(crate) upstream: Arc<Upstream>,
    pub(crate) weather: Arc<Weather>,
    pub(crate) log: Arc<LogReader>,
    service: Service,
    line: SocketAddr,
    _home: tempfile::TempDir,
}

impl Stage {
    pub(crate) async fn start() -> Self {
        // An error means that somebody was quicker.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let upstream = Arc::new(Upstream::start(Market::new(7), SystemClock.now()).await);
        let address = upstream.url().trim_start_matches("http://").parse().unwrap();
        let line = Line::to(address).await;
        let line_at = line.address();
        let home = tempfile::tempdir().unwrap();
        let (clock, disk) = (WrongClock::told_in(home.path()), Mount::disk(DISK_MIB));
        let mut command = command(&line, clock.as_ref().ok());
        let folder = disk.as_ref().map_or(home.path(), |disk| &disk.at).join("data");
        command.env("MARKETPULSE_DATA_DIR", folder);
        let mut service = Service::begin_unread(&mut command);
        let log = LogReader::of(service.take_log().expect("nobody reads it yet"));
        let sky = Sky { upstream: Arc::clone(&upstream), line, clock, disk, log: Arc::clone(&log) };
        let weather = Arc::new(Weather::under(sky));
        tokio::spawn(have_time_pass(Arc::clone(&upstream), Arc::clone(&weather)));
        let stage = Self { upstream, weather, log, service, line: line_at, _home: home };
        println!("the service is process {}", stage.pid());
        stage
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.service.address
    }

    /// How many descriptors are open while nobody reads.
    pub(crate) async fn descriptors_at_rest(&self, hoped_for: Option<usize>) -> usize {
        machine::descriptors_at_rest(self.pid(), self.line, hoped_for).await
    }

    pub(crate) fn descriptors(&self) -> BTreeMap<String, usize> {
        machine::descriptors(self.pid(), self.line)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.service.pid()
    }
}

/// As in production, with nothing but upstreams and watchlist of our own.
fn command(line: &Line, clock: Option<&WrongClock>) -> Command {
    let mut command = testkit::program(program().to_str().unwrap());
    command.arg("serve").envs(upstreams::at(&format!("http://{}", line.address())));
    command.env("MARKETPULSE_STREAMS", "True");
    command.env("MARKETPULSE_WATCHLIST", WATCHED.map(|(label, _)| label).join(","));
    if let Some(clock) = clock {
        command.envs(clock.settings());
    }
    command
}

/// The one that is named, so that it can be the optimised one.
fn program() -> PathBuf {
    let named = std::env::var_os("MARKETPULSE_BIN").filter(|name| !name.is_empty());
    named.map_or_else(|| Path::new(env!("CARGO_BIN_EXE_marketpulse")).to_owned(), PathBuf::from)
}

/// The upstreams' clock is the machine's, or as far from it as the weather has it.
async fn have_time_pass(upstream: Arc<Upstream>, weather: Arc<Weather>) {
    let mut pace = interval(Duration::from_secs(1));
    loop {
        pace.tick().await;
        if let Some(ahead) = weather.upstreams_clock_ahead() {
            upstream.set_now(SystemClock.now() + ahead);
        }
    }
}

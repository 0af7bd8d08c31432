use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use access::Closed;
use http::connections;
use http::log::{self, Log, Style};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::{App, SystemClock};
use crate::config::Config;
use crate::control::Commands;
use crate::router::router;
use crate::run;
use crate::start_error::StartError;

/// A service within this program, on a port of this machine that was free, for as long as
/// its owner wants it.
pub struct Standalone {
    /// Where it listens.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    _log: Log,
}

/// So many connections one program has use for, ...
const OF_ONE_PROGRAM: usize = 256;

/// ... and so many of them that receive changes: few enough for the files that may be open
/// anyway. Limits are left alone, since the program inherits them.
const STREAMS_OF_ONE_PROGRAM: usize = 64;

impl Standalone {
    /// Starts it; it serves once this returns. What is wrong with it is said on standard
    /// error, and nothing else.
    ///
    /// # Errors
    ///
    /// What cannot be used, as where another service uses the store.
    pub async fn start(mut config: Config, commands: Commands) -> Result<Self, StartError> {
        config.listen = (Ipv4Addr::LOCALHOST, 0).into();
        config.reach.closed = Closed::Never;
        config.stream_connections = Some(STREAMS_OF_ONE_PROGRAM);
        let log = log::start("warn", Style::Text, run::real_time());
        let log = log.map_err(|error| format!("cannot start the log: {error}"))?;
        let listener = run::listen(&config).await?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        config.listen = address;
        let app = App::start(config, false, Arc::new(SystemClock)).await?;
        let (stop, stopping) = watch::channel(false);
        let front = router(Arc::clone(&app)).logging_to(log.requests());
        let (now, stopped) = (run::real_time(), stopping.clone());
        let serving = connections::serve(listener, front, OF_ONE_PROGRAM, now, stopped);
        let serving = tokio::spawn(run::serve_until_stopped(app, commands, serving, stopping));
        Ok(Self { address, stop, serving, _log: log })
    }

    /// Ends it; what has arrived is still stored.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.serving.await;
    }
}

use std::sync::Arc;
use std::time::Duration;

use http::log::{self, Log, Style};
use http::{Front, connections};
use market::Clock;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing::{info, warn};

use crate::app::{App, SystemClock};
use crate::config::{Config, Environment};
use crate::router::router;
use crate::stream::Hub;

/// How long open requests may take to end once the service is asked to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// The crates whose log lines are ours.
const OURS: [&str; 8] =
    ["marketpulse", "server", "http", "query", "engine", "providers", "store", "upstream"];

/// Serves until SIGTERM or SIGINT, with a log on standard error.
///
/// # Errors
///
/// A sentence about what cannot be used.
pub async fn run(config: Config, demo: bool, clock: Arc<dyn Clock>) -> Result<(), String> {
    let log = start_log(&config);
    for name in &config.unused {
        warn!(
            "{name} is not a setting of this service; `marketpulse --help` lists those there are"
        );
    }
    let served = serve(config, demo, clock, &log).await;
    // All it has to say comes before the last word.
    drop(log);
    served
}

/// `DEBUG` raises the level of our own code.
fn start_log(config: &Config) -> Log {
    let level = if config.debug { "debug" } else { "info" };
    let ours = OURS.map(|name| format!(",{name}={level}")).concat();
    let style = match config.environment {
        Environment::Development => Style::Text,
        Environment::Production => Style::Json,
    };
    log::start(&format!("warn{ours}"), style)
}

async fn serve(config: Config, demo: bool, clock: Arc<dyn Clock>, log: &Log) -> Result<(), String> {
    let address = config.listen;
    let listener = TcpListener::bind(address).await.map_err(|error| {
        format!("cannot listen on {address}: {error}; set MARKETPULSE_LISTEN to a free address")
    })?;
    // Port 0 stands for any that is free.
    let address = listener.local_addr().unwrap_or(address);
    let app = App::start(config, demo, clock).await?;
    let environment = app.config.environment.as_str();
    info!(%address, environment, demo, "serving http://{address}/marketpulse");
    let (stop, stopping) = watch::channel(false);
    let refreshing = tokio::spawn({
        let (engine, stopping) = (app.engine.clone(), stopping.clone());
        async move { engine.run(stopping).await }
    });
    let ending = end_streams(Arc::clone(&app.streams), stopping.clone());
    // The log says when something was really done, also where the market stands still.
    let now = Arc::new(|| SystemClock.now());
    let front = router(app).logging_to(log.requests(now));
    serve_until_stopped(listener, front, ending, (stop, stopping)).await;
    let _ = refreshing.await;
    info!("stopped");
    Ok(())
}

/// Connections that never end by themselves are ended once the service is asked
/// to stop.
async fn end_streams(streams: Arc<Hub>, mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
    streams.stop().await;
}

async fn serve_until_stopped(
    listener: TcpListener,
    front: Front,
    ending: impl Future<Output = ()>,
    (stop, mut stopping): (watch::Sender<bool>, watch::Receiver<bool>),
) {
    let serving = connections::serve(listener, front, stopping.clone());
    tokio::spawn(async move {
        stop_requested().await;
        info!("stopping");
        stop.send_replace(true);
    });
    let cut_off = async {
        let _ = stopping.wait_for(|stop| *stop).await;
        tokio::time::sleep(LAST_REQUESTS).await;
    };
    tokio::select! {
        _ = async { tokio::join!(serving, ending) } => {}
        () = cut_off => {}
    }
}

/// Ends when a signal to stop arrives.
pub async fn stop_requested() {
    let handlers = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    let (Ok(mut terminate), Ok(mut interrupt)) = handlers else {
        warn!("signals cannot be received; only SIGKILL will stop the service");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

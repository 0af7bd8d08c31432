use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use market::Clock;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing::{info, warn};

use super::{fail, no_demo};
use crate::app::{App, StoppedClock, SystemClock};
use crate::cli::ServeArgs;
use crate::config::Config;
use crate::connections;
use crate::front::Front;
use crate::log::{self, Log};
use crate::router;
use crate::stream::Hub;

/// How long open requests may take to end once the service is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// Serves until SIGTERM or SIGINT.
pub(crate) async fn serve(config: Config, args: ServeArgs) -> ExitCode {
    if let Some(fault) = no_demo(&config, args.demo) {
        return fail(2, &fault);
    }
    let log = log::start(&config);
    for name in &config.unused {
        warn!(
            "{name} is not a setting of this service; `marketpulse --help` lists those there are"
        );
    }
    let served = start(config, &args, &log).await;
    // All it has to tell comes before the last word.
    drop(log);
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => fail(1, &message),
    }
}

async fn start(config: Config, args: &ServeArgs, log: &Log) -> Result<(), String> {
    let (address, demo) = (config.listen, args.demo);
    let listener = TcpListener::bind(address).await.map_err(|error| {
        format!("cannot listen on {address}: {error}; set MARKETPULSE_LISTEN to a free address")
    })?;
    let app = App::start(config, demo, clock(args.at)).await?;
    let environment = app.config.environment.as_str();
    info!(%address, environment, demo, "serving http://{address}/marketpulse");
    let (stop, stopping) = watch::channel(false);
    let refreshing = tokio::spawn({
        let (engine, stopping) = (app.engine.clone(), stopping.clone());
        async move { engine.run(stopping).await }
    });
    let ending = end_streams(Arc::clone(&app.streams), stopping.clone());
    // The log tells when something was really done, also where the market stands still.
    let front = router(app).telling(log.requests(Arc::new(SystemClock)));
    serve_until_told(listener, front, ending, (stop, stopping)).await;
    let _ = refreshing.await;
    info!("stopped");
    Ok(())
}

/// The machine's clock, or one that stands still.
fn clock(at: Option<Timestamp>) -> Arc<dyn Clock> {
    match at {
        Some(at) => Arc::new(StoppedClock(at)),
        None => Arc::new(SystemClock),
    }
}

/// Connections that never end by themselves are ended once the service is told
/// to stop.
async fn end_streams(streams: Arc<Hub>, mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
    streams.stop().await;
}

async fn serve_until_told(
    listener: TcpListener,
    front: Front,
    ending: impl Future<Output = ()>,
    (stop, mut stopping): (watch::Sender<bool>, watch::Receiver<bool>),
) {
    let serving = connections::serve(listener, front, stopping.clone());
    tokio::spawn(async move {
        told_to_stop().await;
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
pub(super) async fn told_to_stop() {
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

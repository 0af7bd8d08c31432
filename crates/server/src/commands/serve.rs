use std::future::IntoFuture;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::ServiceExt;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing::{info, warn};

use super::fail;
use crate::app::{App, SystemClock};
use crate::cli::ServeArgs;
use crate::config::{Config, Environment};
use crate::front::Front;
use crate::log::{self, Log};
use crate::router;
use crate::stream::{GuardedListener, Hub};

/// How long open requests may take to end once the service is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// A peer that takes nothing for so long is gone, or as good as gone.
const LONGEST_STALL: Duration = Duration::from_mins(1);

/// Serves until SIGTERM or SIGINT.
pub(crate) async fn serve(config: Config, args: ServeArgs) -> ExitCode {
    if args.demo && config.environment == Environment::Production {
        return fail(
            2,
            &"--demo serves simulated prices, which do not exist in production; set APP_ENV=development",
        );
    }
    let log = log::start(&config);
    for name in &config.unused {
        warn!(
            "{name} is not a setting of this service; `marketpulse --help` lists those there are"
        );
    }
    let served = start(config, args.demo, &log).await;
    // All it has to tell comes before the last word.
    drop(log);
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => fail(1, &message),
    }
}

async fn start(config: Config, demo: bool, log: &Log) -> Result<(), String> {
    let address = config.listen;
    let listener = TcpListener::bind(address).await.map_err(|error| {
        format!("cannot listen on {address}: {error}; set MARKETPULSE_LISTEN to a free address")
    })?;
    let app = App::start(config, demo, Arc::new(SystemClock)).await?;
    let (stop, stopping) = watch::channel(false);
    let refreshing = tokio::spawn({
        let (engine, stopping) = (app.engine.clone(), stopping.clone());
        async move { engine.run(stopping).await }
    });
    let environment = app.config.environment.as_str();
    info!(%address, environment, demo, "serving http://{address}/marketpulse");
    let ending = end_streams(Arc::clone(&app.streams), stopping.clone());
    let front = router(app).telling(log.requests(Arc::new(SystemClock)));
    let listener = GuardedListener::new(listener, LONGEST_STALL);
    let served = serve_until_told(listener, front, ending, (stop, stopping)).await;
    let _ = refreshing.await;
    info!("stopped");
    served
}

/// Connections that never end by themselves are ended once the service is told
/// to stop.
async fn end_streams(streams: Arc<Hub>, mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
    streams.stop().await;
}

async fn serve_until_told(
    listener: GuardedListener,
    front: Front,
    ending: impl Future<Output = ()>,
    (stop, mut stopping): (watch::Sender<bool>, watch::Receiver<bool>),
) -> Result<(), String> {
    let mut told = stopping.clone();
    let serving =
        axum::serve(listener, front.into_make_service()).with_graceful_shutdown(async move {
            let _ = told.wait_for(|stop| *stop).await;
        });
    tokio::spawn(async move {
        told_to_stop().await;
        info!("stopping");
        stop.send_replace(true);
    });
    let cut_off = async {
        let _ = stopping.wait_for(|stop| *stop).await;
        tokio::time::sleep(LAST_REQUESTS).await;
    };
    let all = async { tokio::join!(serving.into_future(), ending).0 };
    tokio::select! {
        served = all => served.map_err(|error| format!("serving ended: {error}")),
        () = cut_off => Ok(()),
    }
}

/// Ends when a signal to stop arrives.
async fn told_to_stop() {
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

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing::{info, warn};

use super::fail;
use crate::app::{App, SystemClock};
use crate::cli::ServeArgs;
use crate::config::{Config, Environment};
use crate::{log, router};

/// How long open requests may take to end once the service is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// Serves until SIGTERM or SIGINT.
pub(crate) async fn serve(config: Config, args: ServeArgs) -> ExitCode {
    if args.demo && config.environment == Environment::Production {
        return fail(
            2,
            &"--demo serves simulated prices, which do not exist in production; set APP_ENV=development",
        );
    }
    log::start(&config);
    for name in &config.unused {
        warn!(
            "{name} is not a setting of this service; `marketpulse --help` lists those there are"
        );
    }
    match start(config, args.demo).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => fail(1, &message),
    }
}

async fn start(config: Config, demo: bool) -> Result<(), String> {
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
    let served = serve_until_told(listener, app, stop, stopping).await;
    let _ = refreshing.await;
    info!("stopped");
    served
}

async fn serve_until_told(
    listener: TcpListener,
    app: Arc<App>,
    stop: watch::Sender<bool>,
    mut stopping: watch::Receiver<bool>,
) -> Result<(), String> {
    let mut told = stopping.clone();
    let serving = axum::serve(listener, router(app)).with_graceful_shutdown(async move {
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
    tokio::select! {
        served = serving => served.map_err(|error| format!("serving ended: {error}")),
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

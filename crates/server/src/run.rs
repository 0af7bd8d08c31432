use std::io;
use std::sync::Arc;
use std::time::Duration;

use audit::{Event, Kind, Outcome};
use http::connections;
use http::log::{self, Log, Now, Style};
use market::Clock;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::{info, warn};

use crate::admission::follow_keys;
use crate::app::{App, SystemClock};
use crate::config::{Config, Environment};
use crate::control::{self, Commands};
use crate::limits::{self, Places};
use crate::router::router;
use crate::start_error::StartError;
use face::stream::Hub;

/// How long open requests may take to end once the service is asked to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// The crates whose log lines are ours.
const OURS: [&str; 9] =
    ["marketpulse", "server", "http", "query", "engine", "providers", "store", "upstream", "audit"];

/// Serves until SIGTERM or SIGINT, with a log on standard error.
///
/// `commands` carries out what commands ask of a service that uses the store.
///
/// # Errors
///
/// What cannot be used.
pub async fn run(
    mut config: Config,
    demo: bool,
    clock: Arc<dyn Clock>,
    commands: Commands,
) -> Result<(), StartError> {
    let places = limits::settle(&config)?;
    config.stream_connections = Some(places.streams);
    let log = start_log(&config).map_err(|error| format!("cannot start the log: {error}"))?;
    for name in &config.unused {
        warn!(
            "{name} is not a setting of this service; `marketpulse --help` lists those there are"
        );
    }
    let served = serve(config, demo, (clock, commands), (&log, &places)).await;
    // All it has to say comes before the last word.
    drop(log);
    served
}

/// `DEBUG` raises the level of our own code.
fn start_log(config: &Config) -> io::Result<Log> {
    let level = if config.debug { "debug" } else { "info" };
    let ours = OURS.map(|name| format!(",{name}={level}")).concat();
    let style = match config.environment {
        Environment::Development => Style::Text,
        Environment::Production => Style::Json,
    };
    log::start(&format!("warn{ours}"), style, real_time())
}

/// The log and the dates of answers say when something was really done, also where the
/// market stands still.
pub(crate) fn real_time() -> Now {
    Arc::new(|| SystemClock.now())
}

async fn serve(
    mut config: Config,
    demo: bool,
    (clock, commands): (Arc<dyn Clock>, Commands),
    (log, places): (&Log, &Places),
) -> Result<(), StartError> {
    // Before anybody can know that it serves.
    let asked_to_stop = stop_requested();
    outlive_terminals();
    let listener = listen(&config).await?;
    // Port 0 stands for any that is free.
    config.listen = listener.local_addr().unwrap_or(config.listen);
    let address = config.listen;
    let app = App::start(config, demo, clock).await?;
    let environment = app.config.environment.as_str();
    info!(%address, environment, demo, "serving http://{address}/marketpulse");
    if app.is_exposed() {
        warn!(%address, "whoever reaches this address reads everything and spends the budgets of the upstreams; `marketpulse keys create` makes the first key, from which on everybody needs one; MARKETPULSE_PUBLIC=True says that this is meant");
    }
    limits::tell(places);
    let (stop, stopping) = watch::channel(false);
    tokio::spawn(async move {
        asked_to_stop.await;
        info!("stopping");
        stop.send_replace(true);
    });
    let front = router(Arc::clone(&app)).logging_to(log.requests());
    let serving = connections::serve(listener, front, places.all, real_time(), stopping.clone());
    serve_until_stopped(app, commands, serving, stopping).await;
    info!("stopped");
    Ok(())
}

/// Takes commands beside the store. A demo has none.
fn control(app: &App, commands: Commands) -> JoinHandle<()> {
    let (engine, config, demo) = (app.engine.clone(), app.config.clone(), app.demo);
    tokio::spawn(async move {
        if !demo {
            control::serve(engine, config, commands).await;
        }
    })
}

pub(crate) async fn listen(config: &Config) -> Result<TcpListener, String> {
    let address = config.listen;
    TcpListener::bind(address).await.map_err(|error| match config.database.holder() {
        Some(holder) => format!(
            "cannot listen on {address}: {error}; another marketpulse ({holder}) uses {}: stop \
             that one, or set MARKETPULSE_LISTEN and MARKETPULSE_DATA_DIR",
            config.database
        ),
        None => {
            format!("cannot listen on {address}: {error}; set MARKETPULSE_LISTEN to a free address")
        }
    })
}

/// Connections that never end by themselves are ended once the service is asked
/// to stop.
async fn end_streams(streams: Arc<Hub>, mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
    streams.stop().await;
}

/// Serves until it is to stop, and the last answer has been given or its time is over.
pub(crate) async fn serve_until_stopped(
    app: Arc<App>,
    commands: Commands,
    serving: impl Future<Output = ()>,
    mut stopping: watch::Receiver<bool>,
) {
    let controlled = control(&app, commands);
    let keys = tokio::spawn(follow_keys(Arc::clone(&app.gate), app.audit.clone()));
    note(&app, Kind::Started);
    let refreshing = tokio::spawn({
        let (engine, stopping) = (app.engine.clone(), stopping.clone());
        async move { engine.run(stopping).await }
    });
    let ending = end_streams(Arc::clone(&app.streams), stopping.clone());
    let cut_off = async {
        let _ = stopping.wait_for(|stop| *stop).await;
        tokio::time::sleep(LAST_REQUESTS).await;
    };
    tokio::select! {
        _ = async { tokio::join!(serving, ending) } => {}
        () = cut_off => {}
    }
    controlled.abort();
    keys.abort();
    let _ = refreshing.await;
    note(&app, Kind::Stopped);
    if let Some(audit) = &app.audit {
        audit.end();
    }
}

fn note(app: &App, kind: Kind) {
    if let Some(audit) = &app.audit {
        audit.note(Event::new(kind, Outcome::Done));
    }
}

/// A terminal that is closed tells so by SIGHUP, which ends who does not listen. The
/// service goes on; it reads its settings when it starts, and never again.
fn outlive_terminals() {
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            info!("SIGHUP changes nothing; to read the settings anew, start the service again");
        }
    });
}

/// Ends when a signal to stop arrives. It is listened for from the call on, before what
/// is returned is first awaited: one that nobody listens for ends a program at once.
///
/// Needs a Tokio runtime.
pub fn stop_requested() -> impl Future<Output = ()> + Send + use<> {
    let handlers = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async {
        let (Ok(mut terminate), Ok(mut interrupt)) = handlers else {
            warn!("signals cannot be received; only SIGKILL will stop the service");
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use jiff::tz::TimeZone;
use market::Clock;
use server::{Commands, Config, StoppedClock, SystemClock};

use super::{fail, no_demo};

/// How to serve.
#[derive(Args, Default)]
pub(crate) struct ServeArgs {
    /// Address and port to serve on, such as 127.0.0.1:5000, whatever the setting says
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// Run on the built-in simulator alone: no upstream is asked, nothing is stored
    #[arg(long)]
    pub(crate) demo: bool,
    /// With --demo: the simulated market at an instant, such as 2026-03-04T15:30:00Z, and it stays
    /// there; for pictures and tests
    #[arg(long, value_name = "INSTANT", requires = "demo", value_parser = instant)]
    pub(crate) at: Option<jiff::Timestamp>,
}

/// An instant at which the simulated market is believable.
fn instant(text: &str) -> Result<jiff::Timestamp, String> {
    let read = text.parse::<jiff::Timestamp>().ok();
    let fits = |at: &jiff::Timestamp| (2000..2100).contains(&at.to_zoned(TimeZone::UTC).year());
    read.filter(fits).ok_or_else(|| {
        "use an instant of the years 2000 to 2099 with its zone, such as 2026-03-04T15:30:00Z"
            .into()
    })
}

/// Serves until SIGTERM or SIGINT.
pub(crate) async fn serve(config: Config, args: ServeArgs, commands: Commands) -> ExitCode {
    if let Some(fault) = no_demo(&config, args.demo) {
        return fail(2, &fault);
    }
    let config = Config { listen: args.listen.unwrap_or(config.listen), ..config };
    match server::run(config, args.demo, clock(args.at), commands).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_wrong_setting() => fail(2, &error),
        Err(error) => fail(1, &error),
    }
}

/// The machine's clock, or one that stands still.
fn clock(at: Option<jiff::Timestamp>) -> Arc<dyn Clock> {
    match at {
        Some(at) => Arc::new(StoppedClock(at)),
        None => Arc::new(SystemClock),
    }
}

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use jiff::tz::TimeZone;
use market::Clock;
use server::{Config, StoppedClock, SystemClock};

use super::{fail, no_demo};

/// How to serve.
#[derive(Args, Default)]
pub(crate) struct ServeArgs {
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
pub(crate) async fn serve(config: Config, args: ServeArgs) -> ExitCode {
    if let Some(fault) = no_demo(&config, args.demo) {
        return fail(2, &fault);
    }
    match server::run(config, args.demo, clock(args.at)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => fail(1, &message),
    }
}

/// The machine's clock, or one that stands still.
fn clock(at: Option<jiff::Timestamp>) -> Arc<dyn Clock> {
    match at {
        Some(at) => Arc::new(StoppedClock(at)),
        None => Arc::new(SystemClock),
    }
}

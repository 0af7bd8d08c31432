//! The service as a program under mixed load for half an hour, while another fault of its
//! upstreams begins every minute, its clock is set wrong and right, nobody reads its log
//! and its disk is full: what `make soak` runs. No value that is held may be lost to a
//! reader, no memory grow, no descriptor stay open.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

mod client;
mod followers;
mod load;
mod log;
mod machine;
mod questions;
mod report;
mod stage;
mod tally;
mod weather;
mod wrong_clock;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use load::Load;
use report::Report;
use stage::Stage;
use tally::Tally;

/// Everything that is asked for is had once before the first minute begins, so that all
/// that is read from then on is held.
fn main() -> ExitCode {
    let minutes = minutes();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let report = runtime.block_on(soak(minutes));
    println!("\n{report}");
    if report.broken().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn minutes() -> u32 {
    let asked = std::env::var("MARKETPULSE_SOAK_MINUTES").ok();
    asked.map_or(30, |text| text.parse().expect("MARKETPULSE_SOAK_MINUTES is a number"))
}

async fn soak(minutes: u32) -> Report {
    let stage = Stage::start().await;
    let tally = Arc::new(Tally::default());
    let load = Load::hold_everything(&stage, &tally).await;
    let at_first = stage.descriptors_at_rest(None).await;
    println!("{}", Report::HEAD);
    let load = load.begin(&stage);
    let mut report = Report::new(at_first);
    for minute in 0..minutes {
        let samples = tokio::spawn(machine::watch(stage.pid(), Duration::from_mins(1)));
        let told = stage.weather.pass(minute, minutes).await;
        report.add(&told, &samples.await.unwrap(), &tally);
    }
    load.end().await;
    report.descriptors_at_last = stage.descriptors_at_rest(Some(at_first)).await;
    report.end(&stage, &tally).await;
    report
}

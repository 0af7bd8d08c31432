use std::path::Path;
use std::process::Command;

use testkit::Service;
use testkit::upstreams::Setting;

/// The binary, with no settings but those a test gives it.
pub(crate) fn marketpulse() -> Command {
    testkit::program(env!("CARGO_BIN_EXE_marketpulse"))
}

/// The service on a data folder, ready.
pub(crate) fn serve(data: &Path, settings: &[Setting]) -> Service {
    let mut command = marketpulse();
    command.arg("serve").envs(settings.iter().cloned());
    Service::start(command, data)
}

/// The service on simulated prices alone, ready.
pub(crate) fn serve_demo(data: &Path, arguments: &[&str]) -> Service {
    let mut command = marketpulse();
    command.args(["serve", "--demo"]).args(arguments).env("APP_ENV", "development");
    Service::start(command, data)
}

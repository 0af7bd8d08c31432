use std::process::ExitCode;

use server::Config;

use super::fail;

/// Asks the service on this machine whether it is alive.
pub(crate) async fn healthcheck(config: &Config) -> ExitCode {
    match server::healthcheck(config.listen).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => fail(1, &message),
    }
}

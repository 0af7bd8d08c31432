use std::path::Path;
use std::process::Command;

use crate::process::{Server, free_address};

/// Starts the service as in production, its upstreams moved to `upstream`, with
/// further settings.
pub(crate) fn start(
    binary: &Path,
    upstream: &str,
    folder: &Path,
    settings: &[(&str, String)],
) -> Result<Server, String> {
    let address = free_address()?;
    let mut command = Command::new(binary);
    // Settings of the person who measures must not become those of what is measured.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MARKETPULSE_") {
            command.env_remove(name);
        }
    }
    let upstream = upstream.parse().map_err(|error| format!("{upstream}: {error}"))?;
    command
        .arg("serve")
        .envs(providers::all_moved_to(&upstream))
        // What is asked again and again is to have the same answer for a while.
        .env("MARKETPULSE_STREAMS", "False")
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .env("APP_ENV", "production")
        .env("DEBUG", "False")
        .env("MARKETPULSE_LISTEN", address.to_string())
        .env("MARKETPULSE_DATA_DIR", folder.join("data"));
    Server::start("MarketPulse", address, &mut command, &folder.join("service.log"))
}

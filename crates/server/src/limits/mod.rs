//! What the machine allows this process, held against what the settings ask for:
//! better no start, and the figure, than a service that fails when it is needed.

mod files;
mod memory;

use tracing::info;

pub(crate) use files::{Places, USUAL_STREAMS};

use crate::config::Config;

/// Raises the limits that may be raised, and says how many connections there can be.
///
/// # Errors
///
/// A sentence about a limit that is too low for the settings, with the figures.
pub(crate) fn settle(config: &Config) -> Result<Places, String> {
    memory::suffices(config.cache_bytes, &memory::limits())?;
    files::places(config.stream_connections, files::raise)
}

/// Says what there is beside what is needed.
pub(crate) fn tell(places: &Places) {
    let Places { open_files, streams, all, left } = *places;
    info!(
        open_files,
        connections = all,
        streams,
        left,
        "{left} files may be open beside connections"
    );
}

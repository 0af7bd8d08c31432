use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

/// What every measurement stands on: a runtime, a folder for its files, and
/// whether it was told to stop.
pub(crate) struct Ground {
    pub(crate) runtime: Runtime,
    folder: TempDir,
    stopped: Arc<AtomicBool>,
}

impl Ground {
    pub(crate) fn new() -> Result<Self, String> {
        let runtime = Runtime::new().map_err(|error| error.to_string())?;
        let stopped = stop_when_told(&runtime);
        let folder = folder().map_err(|error| format!("no temporary folder: {error}"))?;
        Ok(Self { runtime, folder, stopped })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// An error once SIGINT or SIGTERM has come: what runs then ends at the next
    /// measurement, and its servers with it.
    pub(crate) fn go_on(&self) -> Result<(), String> {
        if self.stopped.load(Ordering::Relaxed) { Err("stopped".to_owned()) } else { Ok(()) }
    }
}

/// Readable for nginx's workers, which are not who starts them where that is root.
fn folder() -> io::Result<TempDir> {
    tempfile::Builder::new().permissions(Permissions::from_mode(0o755)).tempdir()
}

fn stop_when_told(runtime: &Runtime) -> Arc<AtomicBool> {
    let stopped = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stopped);
    runtime.spawn(async move {
        let handlers = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
        if let (Ok(mut interrupt), Ok(mut terminate)) = handlers {
            tokio::select! { _ = interrupt.recv() => {} _ = terminate.recv() => {} }
            told.store(true, Ordering::Relaxed);
        }
    });
    stopped
}

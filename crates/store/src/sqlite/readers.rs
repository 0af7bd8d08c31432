use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use market::{StoreError, StoreTrouble};
use rusqlite::{Connection, Result, Transaction};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::sqlite::open::Reading;
use crate::sqlite::trouble::Trouble;
use crate::sqlite::{failure, open};

/// Reads under way at once; each holds a connection with a cache of 2 MB.
const MOST: usize = 4;

/// How long reads under way may take before the file is opened anew.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// Read-only connections, opened when first needed and then reused.
#[derive(Clone, Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    trouble: Trouble,
    idle: Arc<Mutex<Idle>>,
    room: Arc<Semaphore>,
    /// On the thread that asks.
    inline: bool,
}

#[derive(Debug)]
struct Idle {
    /// `None` where the file cannot be read at all.
    how: Option<Reading>,
    /// How often the file was opened anew. A connection from before is used no more.
    opening: u32,
    connections: Vec<Connection>,
}

impl Readers {
    /// For a file that has been opened before, or cannot be.
    pub(crate) fn new(path: &Path, how: Option<Reading>, trouble: Trouble) -> Self {
        let idle = Idle { how, opening: 0, connections: Vec::new() };
        let (idle, room) = (Arc::new(Mutex::new(idle)), Arc::new(Semaphore::new(MOST)));
        Self { path: path.to_owned(), trouble, idle, room, inline: false }
    }

    /// That read on the thread that asks, which is held up meanwhile.
    pub(crate) fn inline(self) -> Self {
        Self { inline: true, ..self }
    }

    /// The file that is read.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Does the work on one snapshot of the store, on a thread that may block.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        if self.inline {
            return self.read_now(work);
        }
        let closed = |error| StoreError::unusable("it has been closed").caused_by(error);
        let place = Arc::clone(&self.room).acquire_owned().await.map_err(closed)?;
        let readers = self.clone();
        let reading = spawn_blocking(move || {
            let outcome = readers.read_now(work);
            drop(place);
            outcome
        });
        reading.await.map_err(|error| {
            let why = format!("{}: reading broke off: {error}", self.path.display());
            StoreError::unusable(why).caused_by(error)
        })?
    }

    fn read_now<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T>,
    ) -> Result<T, StoreError> {
        let (idle, how, opening) = {
            let mut idle = self.idle();
            (idle.connections.pop(), idle.how, idle.opening)
        };
        let Some(how) = how else { return Err(self.closed()) };
        let named = |error| failure::at(&self.path, error);
        let opened = idle.map_or_else(|| open::for_reading(&self.path, how), Ok);
        // Why it cannot be opened, whoever writes may not have met yet.
        let mut connection = opened.map_err(named).inspect_err(|it| self.trouble.note(it))?;
        let outcome = connection.transaction().and_then(|snapshot| work(&snapshot));
        let mut idle = self.idle();
        if idle.opening == opening {
            idle.connections.push(connection);
        }
        outcome.map_err(named)
    }

    fn closed(&self) -> StoreError {
        let why = || StoreError::unusable(format!("{} is not open", self.path.display()));
        self.trouble.now().unwrap_or_else(why)
    }

    /// Lets reads under way end, and none begin for as long as what is returned is
    /// held.
    pub(crate) async fn quiet(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let all = Arc::clone(&self.room).acquire_many_owned(MOST as u32);
        timeout(ENDS_WITHIN, all).await.ok().and_then(Result::ok).ok_or_else(|| {
            let why = format!("{} is being read for very long", self.path.display());
            StoreError::troubled(StoreTrouble::Locked, why)
        })
    }

    /// Closes the connections not in use, and opens further ones so.
    pub(crate) fn reopen(&self, how: Option<Reading>) {
        let mut idle = self.idle();
        idle.how = how;
        idle.opening += 1;
        idle.connections.clear();
    }

    /// Whether there is a file to read.
    pub(crate) fn are_open(&self) -> bool {
        self.idle().how.is_some()
    }

    /// Closes the connections not in use.
    pub(crate) fn close(&self) {
        self.idle().connections.clear();
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        // A list of connections is as good after a panic as before.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

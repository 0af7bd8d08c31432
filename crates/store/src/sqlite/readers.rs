use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use market::StoreError;
use rusqlite::{Connection, Result, Transaction};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::sqlite::open::Reading;
use crate::sqlite::{failure, open};

/// Reads under way at once; each holds a connection with a cache of 2 MB.
const MOST: usize = 4;

/// Read-only connections, opened when first needed and then reused.
#[derive(Clone, Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    how: Reading,
    idle: Arc<Mutex<Vec<Connection>>>,
    room: Arc<Semaphore>,
    /// On the thread that asks.
    inline: bool,
}

impl Readers {
    /// For a file that has been opened for writing before.
    pub(crate) fn new(path: &Path, how: Reading) -> Self {
        let room = Arc::new(Semaphore::new(MOST));
        Self { path: path.to_owned(), how, idle: Arc::default(), room, inline: false }
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
            return self.read_now(work).map_err(|error| failure::at(&self.path, error));
        }
        let closed = |error| StoreError::unusable("it has been closed").caused_by(error);
        let place = Arc::clone(&self.room).acquire_owned().await.map_err(closed)?;
        let readers = self.clone();
        let reading = spawn_blocking(move || {
            let outcome = readers.read_now(work);
            drop(place);
            outcome
        });
        let outcome = reading.await.map_err(|error| {
            let why = format!("{}: reading broke off: {error}", self.path.display());
            StoreError::unusable(why).caused_by(error)
        })?;
        outcome.map_err(|error| failure::at(&self.path, error))
    }

    fn read_now<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let idle = self.idle().pop();
        let mut connection = idle.map_or_else(|| open::for_reading(&self.path, self.how), Ok)?;
        let outcome = connection.transaction().and_then(|snapshot| work(&snapshot));
        self.idle().push(connection);
        outcome
    }

    /// Closes the connections not in use.
    pub(crate) fn close(&self) {
        self.idle().clear();
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        // A list of connections is as good after a panic as before.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

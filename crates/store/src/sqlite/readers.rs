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

/// So often it is looked after them, once a second, before one that was not used is closed.
const LOOKS: u32 = 60;

/// How long reads under way may take before the file is opened anew.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// Read-only connections, opened when first needed and then reused; closed when a minute
/// has shown that fewer are enough.
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
    /// The one at the end is used first, so that those at the beginning rest.
    connections: Vec<Connection>,
    /// So many of them were not used since it was last decided which to close.
    unused: usize,
    looks: u32,
}

impl Idle {
    fn pop(&mut self) -> Option<Connection> {
        let used = self.connections.pop();
        self.unused = self.unused.min(self.connections.len());
        used
    }

    fn close_all(&mut self) {
        self.connections.clear();
        self.unused = 0;
    }

    /// Closes what was not used, but for the last: somebody will read again.
    fn let_go(&mut self) {
        let most = self.connections.len().saturating_sub(1);
        self.connections.drain(..self.unused.min(most));
        (self.unused, self.looks) = (self.connections.len(), 0);
    }
}

impl Readers {
    /// For a file that has been opened before, or cannot be.
    pub(crate) fn new(path: &Path, how: Option<Reading>, trouble: Trouble) -> Self {
        let idle = Idle { how, opening: 0, connections: Vec::new(), unused: 0, looks: 0 };
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
            (idle.pop(), idle.how, idle.opening)
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
        idle.close_all();
    }

    /// Whether there is a file to read.
    pub(crate) fn are_open(&self) -> bool {
        self.idle().how.is_some()
    }

    /// Closes the connections not in use.
    pub(crate) fn close(&self) {
        self.idle().close_all();
    }

    /// Closes the connections that were not used for a minute. To be called once a second.
    pub(crate) fn look_after(&self) {
        let mut idle = self.idle();
        idle.looks += 1;
        if idle.looks >= LOOKS {
            idle.let_go();
        }
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        // A list of connections is as good after a panic as before.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As after so many reads at once.
    fn readers(connections: usize) -> Readers {
        let readers = Readers::new(Path::new("none"), Some(Reading::Shared), Trouble::default());
        let open = || Connection::open_in_memory().unwrap();
        readers.idle().connections = std::iter::repeat_with(open).take(connections).collect();
        readers
    }

    fn open(readers: &Readers) -> usize {
        readers.idle().connections.len()
    }

    fn a_minute_with(readers: &Readers, at_once: usize) {
        for _ in 0..LOOKS {
            let used: Vec<_> = (0..at_once).filter_map(|_| readers.idle().pop()).collect();
            readers.idle().connections.extend(used);
            readers.look_after();
        }
    }

    #[test]
    fn as_many_stay_open_as_are_used_at_once() {
        let readers = readers(4);
        a_minute_with(&readers, 2);
        assert_eq!(open(&readers), 4, "nobody has looked for a whole minute yet");
        a_minute_with(&readers, 2);
        assert_eq!(open(&readers), 2);
        a_minute_with(&readers, 2);
        assert_eq!(open(&readers), 2);
        a_minute_with(&readers, 0);
        assert_eq!(open(&readers), 1, "the next reader has one");
    }
}

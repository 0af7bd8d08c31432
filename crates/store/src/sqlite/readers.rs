use std::convert::identity;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{iter, mem};

use market::{StoreError, StoreTrouble};
use rusqlite::{Connection, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::sqlite::leaps::Held;
use crate::sqlite::open::Reading;
use crate::sqlite::snapshot::Snapshot;
use crate::sqlite::trouble::Trouble;
use crate::sqlite::{failure, open};

/// Reads under way at once; each holds a connection with a cache of 2 MB.
const MOST: usize = 4;

/// So often it is looked after them, once a second, before the cache of one that was not
/// used is emptied.
const LOOKS: u32 = 60;

/// How long reads under way may take before the file is opened anew.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// Read-only connections, opened together when something is first read and then reused.
///
/// None is closed while the file is open: beside others that hold a lock, SQLite keeps the
/// descriptor of a closed one for the next (`pUnused` in its `os_unix.c`), so that their number
/// would depend on what was ever done at once. What a minute did not use gives its cache back.
#[derive(Clone, Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    trouble: Trouble,
    idle: Arc<Mutex<Idle>>,
    room: Arc<Semaphore>,
    leaps: Held,
    /// On the thread that asks.
    inline: bool,
}

#[derive(Debug)]
struct Idle {
    /// `None` where the file cannot be read at all.
    how: Option<Reading>,
    /// How often the file was opened anew. A connection from before is used no more.
    opening: u32,
    /// Whether none was opened since.
    is_unread: bool,
    /// The one at the end is used first, so that those at the beginning rest.
    connections: Vec<Connection>,
    /// So many of them were not used since it was last decided whose caches to empty.
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

    /// Opens as many as may be used at once, the first time. One that cannot be opened is
    /// tried again by whoever needs it, and is told why.
    fn open_all(&mut self, path: &Path) {
        let Some(how) = self.how.filter(|_| mem::take(&mut self.is_unread)) else { return };
        let opened = || {
            let connection = open::for_reading(path, how).ok()?;
            // Only reading opens all of its files.
            connection.query_row("PRAGMA schema_version", [], |_| Ok(())).ok()?;
            Some(connection)
        };
        self.connections.extend(iter::repeat_with(opened).take(MOST).map_while(identity));
    }

    /// Empties the caches of those that were not used.
    fn let_caches_go(&mut self) {
        for unused in &self.connections[..self.unused] {
            // A connection that cannot do it shows what is wrong when it is used.
            let _ = unused.execute_batch("PRAGMA shrink_memory");
        }
        (self.unused, self.looks) = (self.connections.len(), 0);
    }
}

impl Readers {
    /// For a file that has been opened before, or cannot be.
    pub(crate) fn new(path: &Path, how: Option<Reading>, trouble: Trouble) -> Self {
        let connections = Vec::new();
        let idle = Idle { how, opening: 0, is_unread: true, connections, unused: 0, looks: 0 };
        let (idle, room) = (Arc::new(Mutex::new(idle)), Arc::new(Semaphore::new(MOST)));
        let (path, leaps) = (path.to_owned(), Held::default());
        Self { path, trouble, idle, room, leaps, inline: false }
    }

    /// That read on the thread that asks, which is held up meanwhile.
    pub(crate) fn inline(self) -> Self {
        Self { inline: true, ..self }
    }

    /// What the clock leapt over and is not stored yet.
    pub(crate) fn leaps(&self) -> &Held {
        &self.leaps
    }

    /// The file that is read.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Does the work on one snapshot of the store, on a thread that may block.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Snapshot<'_>) -> Result<T> + Send + 'static,
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

    fn read_now<T>(&self, work: impl FnOnce(&Snapshot<'_>) -> Result<T>) -> Result<T, StoreError> {
        let (idle, how, opening) = {
            let mut idle = self.idle();
            if !self.inline {
                idle.open_all(&self.path);
            }
            (idle.pop(), idle.how, idle.opening)
        };
        let Some(how) = how else { return Err(self.closed()) };
        let named = |error| failure::at(&self.path, error);
        let opened = idle.map_or_else(|| open::for_reading(&self.path, how), Ok);
        // Why it cannot be opened, whoever writes may not have met yet.
        let mut connection = opened.map_err(named).inspect_err(|it| self.trouble.note(it))?;
        let leaps = self.leaps.all();
        let outcome =
            connection.transaction().and_then(|transaction| work(&Snapshot { transaction, leaps }));
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
        (idle.how, idle.is_unread) = (how, true);
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

    /// Empties the caches of connections that were not used for a minute. To be called once
    /// a second.
    pub(crate) fn look_after(&self) {
        let mut idle = self.idle();
        idle.looks += 1;
        if idle.looks >= LOOKS {
            idle.let_caches_go();
        }
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        // A list of connections is as good after a panic as before.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use tempfile::TempDir;
    use tokio::task::JoinSet;

    use super::*;

    /// A file in write-ahead mode that is being written, and its readers.
    fn readers(folder: &TempDir) -> (Connection, Readers) {
        let path = folder.path().join("prices.db");
        let writer = Connection::open(&path).unwrap();
        let words =
            "PRAGMA journal_mode = wal; CREATE TABLE words (said); INSERT INTO words VALUES ('a')";
        writer.execute_batch(words).unwrap();
        (writer, Readers::new(&path, Some(Reading::Shared), Trouble::default()))
    }

    async fn read_at_once(readers: &Readers, reads: usize) {
        let all_read = Arc::new(Barrier::new(reads));
        let mut reading = JoinSet::new();
        for _ in 0..reads {
            let (readers, all_read) = (readers.clone(), Arc::clone(&all_read));
            let read = move |snapshot: &Snapshot<'_>| {
                let said = snapshot.query_row("SELECT said FROM words", [], |row| row.get(0));
                all_read.wait();
                said
            };
            reading.spawn(async move { readers.read(read).await.unwrap() });
        }
        let all: Vec<String> = reading.join_all().await;
        assert_eq!(all, vec!["a"; reads]);
    }

    /// How many descriptors lead to a file of the store.
    fn descriptors(folder: &TempDir) -> usize {
        let all = std::fs::read_dir("/proc/self/fd").unwrap();
        let targets = all.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
        targets.filter(|target| target.starts_with(folder.path())).count()
    }

    #[tokio::test]
    async fn descriptors_do_not_depend_on_how_many_have_read_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let (_writer, readers) = readers(&folder);
        read_at_once(&readers, 1).await;
        let first = descriptors(&folder);
        for reads in [MOST, 2, 1] {
            read_at_once(&readers, reads).await;
            (0..2 * LOOKS).for_each(|_| readers.look_after());
            assert_eq!(descriptors(&folder), first, "after {reads} at once");
        }
        readers.reopen(Some(Reading::Shared));
        read_at_once(&readers, 2).await;
        assert_eq!(descriptors(&folder), first, "opened anew");
    }
}

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use market::StoreError;
use rusqlite::{Connection, Result, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use crate::sqlite::failure;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Jobs that may wait before whoever brings another has to.
const WAITING_ROOM: usize = 64;

/// Who writes, and the way to hand over work.
#[derive(Debug)]
pub(crate) struct Writer {
    path: PathBuf,
    hand: Hand,
}

#[derive(Debug)]
enum Hand {
    /// One thread of its own.
    Thread { jobs: mpsc::Sender<Job>, thread: JoinHandle<Result<()>> },
    /// Whoever asks, at once.
    Asker(Mutex<Connection>),
    /// Nobody any more.
    Closed,
}

impl Writer {
    /// Hands the connection to a new thread.
    pub(crate) fn start(path: &Path, connection: Connection) -> Result<Self, StoreError> {
        let (jobs, waiting) = mpsc::channel(WAITING_ROOM);
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || work_through(waiting, connection))
            .map_err(|error| {
                StoreError::unusable(format!("no thread to write: {error}")).caused_by(error)
            })?;
        Ok(Self { path: path.to_owned(), hand: Hand::Thread { jobs, thread } })
    }

    /// Writes on the thread that asks: nothing happens behind its back, so that what
    /// is done twice alike has the same outcome.
    pub(crate) fn inline(path: &Path, connection: Connection) -> Self {
        Self { path: path.to_owned(), hand: Hand::Asker(Mutex::new(connection)) }
    }

    /// Does the work in a transaction of its own and waits for it.
    ///
    /// Work once handed over is done even where the caller stops waiting.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let jobs = match &self.hand {
            Hand::Thread { jobs, .. } => jobs,
            Hand::Asker(connection) => {
                let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                let outcome = in_transaction(&mut connection, work);
                return outcome.map_err(|error| failure::at(&self.path, error));
            }
            Hand::Closed => return Err(self.stopped()),
        };
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Whoever asked may have stopped waiting; the work is done all the same.
            drop(answer.send(in_transaction(connection, work)));
        });
        jobs.send(job).await.map_err(|_| self.stopped())?;
        let outcome = answered.await.map_err(|error| self.stopped().caused_by(error))?;
        outcome.map_err(|error| failure::at(&self.path, error))
    }

    /// Takes no more work, does what was handed over, and closes the file.
    pub(crate) fn finish(&mut self) -> Result<(), StoreError> {
        let outcome = match std::mem::replace(&mut self.hand, Hand::Closed) {
            Hand::Thread { jobs, thread } => {
                drop(jobs);
                thread.join().map_err(|_| self.stopped())?
            }
            Hand::Asker(connection) => {
                closed(connection.into_inner().unwrap_or_else(PoisonError::into_inner))
            }
            Hand::Closed => Ok(()),
        };
        outcome.map_err(|error| failure::at(&self.path, error))
    }

    fn stopped(&self) -> StoreError {
        let file = self.path.display();
        StoreError::unusable(format!("{file}: a write broke off, and nothing of it was stored"))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Err(error) = self.finish() {
            let error = error.in_full();
            tracing::error!(
                error,
                "the store was not closed cleanly; the next start will read its log"
            );
        }
    }
}

fn work_through(mut waiting: mpsc::Receiver<Job>, mut connection: Connection) -> Result<()> {
    while let Some(job) = waiting.blocking_recv() {
        // One job that panics must not end all writing. Its transaction is
        // rolled back as it unwinds, so the connection is sound; the panic
        // itself has been reported, and its caller learns that no answer came.
        drop(catch_unwind(AssertUnwindSafe(|| job(&mut connection))));
    }
    closed(connection)
}

fn closed(connection: Connection) -> Result<()> {
    // Where another program reads, this folds in what it can and says so in
    // its row, not by failing.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error)
}

fn in_transaction<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T>,
) -> Result<T> {
    // Immediate: a transaction that begins by reading and is overtaken by
    // another program's write could not be waited for.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let outcome = work(&transaction)?;
    transaction.commit()?;
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::open;

    #[tokio::test]
    async fn one_job_that_panics_does_not_end_all_writing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prices.db");
        let writer = Writer::start(&path, open::for_writing(&path).unwrap()).unwrap();
        let insert =
            "INSERT INTO series (symbol, interval, source, basis) VALUES ('A','1d','x','splits')";

        let failed = writer
            .write(move |transaction| -> Result<()> {
                transaction.execute(insert, [])?;
                panic!("on purpose");
            })
            .await;
        assert!(matches!(failed, Err(StoreError::Unusable { .. })));

        let count = writer
            .write(|transaction| {
                transaction.query_row("SELECT count(*) FROM series", [], |row| row.get::<_, i64>(0))
            })
            .await;
        assert_eq!(count.unwrap(), 0, "what it had written is undone");
    }

    #[tokio::test]
    async fn a_full_disk_says_so_and_is_survived() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prices.db");
        let connection = open::for_writing(&path).unwrap();
        // The nearest thing to a full disk: the file may not grow at all.
        connection.pragma_update(None, "max_page_count", 1).unwrap();
        let writer = Writer::start(&path, connection).unwrap();
        let source = "x".repeat(100_000);
        let insert = move |source: String| {
            move |transaction: &Transaction<'_>| {
                let insert = "INSERT INTO series (symbol, interval, source, basis) VALUES ('A','1d',?1,'splits')";
                transaction.execute(insert, [source])
            }
        };
        let failed = writer.write(insert(source)).await;
        let Err(StoreError::Unusable { why, .. }) = failed else {
            panic!("it found room: {failed:?}")
        };
        assert!(why.contains("make room") && why.contains("prices.db"), "{why}");
        assert_eq!(writer.write(insert("small".to_owned())).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn work_handed_over_is_done_before_the_writer_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prices.db");
        let mut writer = Writer::start(&path, open::for_writing(&path).unwrap()).unwrap();
        for _ in 0..64 {
            let insert = "INSERT INTO series (symbol, interval, source, basis) \
                          SELECT 'A', count(*), 'x', 'splits' FROM series";
            let handed_over = writer.write(move |transaction| transaction.execute(insert, []));
            // Polled once, then dropped: the caller has stopped waiting.
            tokio::select! { biased; _ = handed_over => {}, () = std::future::ready(()) => {} }
        }
        writer.finish().unwrap();

        let reader = open::for_reading(&path, open::Reading::Shared).unwrap();
        let count: i64 =
            reader.query_row("SELECT count(*) FROM series", [], |row| row.get(0)).unwrap();
        assert_eq!(count, 64);
    }
}

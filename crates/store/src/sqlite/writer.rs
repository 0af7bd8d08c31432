use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use market::StoreError;
use prometheus::Histogram;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Result, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use crate::sqlite::occupant::{Occupant, Standing};
use crate::sqlite::open::Opened;
use crate::sqlite::trouble::Trouble;
use crate::sqlite::{failure, open};

enum Job {
    Work(Box<dyn FnOnce(&mut Connection) + Send>),
    /// Close the file, and say how that went.
    End(Closing, oneshot::Sender<Result<()>>),
}

/// What becomes of the log when the file is closed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Closing {
    /// It is folded into the file.
    Folding,
    /// It is left as it is, as is the file.
    Leaving,
}

/// How long transactions took, of whatever store this process writes.
static WRITTEN_IN: LazyLock<Histogram> = LazyLock::new(|| {
    let bounds = vec![0.000_25, 0.001, 0.0025, 0.01, 0.05, 0.25, 1.0, 5.0];
    let (name, about) =
        ("marketpulse_store_write_duration_seconds", "How long writing into the store took.");
    prometheus::register_histogram!(name, about, bounds).expect("the name is used once")
});

/// Jobs that may wait before whoever brings another has to.
const WAITING_ROOM: usize = 64;

/// Who writes, and the way to hand over work.
#[derive(Debug)]
pub(crate) struct Writer {
    path: PathBuf,
    /// The file as it is past SQLite; closed after it.
    occupant: Arc<Occupant>,
    trouble: Trouble,
    hand: Hand,
}

#[derive(Debug)]
enum Hand {
    /// One thread of its own.
    Thread { jobs: mpsc::Sender<Job>, thread: JoinHandle<Result<()>> },
    /// Whoever asks, at once; nobody any more where there is no connection.
    Asker(Mutex<Option<Connection>>),
    /// Nobody any more.
    Closed,
}

impl Writer {
    /// Hands the connection to a new thread.
    pub(crate) fn start(path: &Path, opened: Opened, trouble: Trouble) -> Result<Self, StoreError> {
        let Opened { connection, occupant } = opened;
        let (jobs, waiting) = mpsc::channel(WAITING_ROOM);
        let (place, held) = (path.to_owned(), Arc::clone(&occupant));
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || match work_through(waiting, connection) {
                Some(connection) => closed(connection, closing(&held, &place)),
                None => Ok(()),
            })
            .map_err(|error| {
                StoreError::unusable(format!("no thread to write: {error}")).caused_by(error)
            })?;
        Ok(Self { path: path.to_owned(), occupant, trouble, hand: Hand::Thread { jobs, thread } })
    }

    /// Writes on the thread that asks: nothing happens behind its back, so that what
    /// is done twice alike has the same outcome.
    pub(crate) fn inline(path: &Path, opened: Opened, trouble: Trouble) -> Self {
        let Opened { connection, occupant } = opened;
        let hand = Hand::Asker(Mutex::new(Some(connection)));
        Self { path: path.to_owned(), occupant, trouble, hand }
    }

    /// Does the work in a transaction of its own and waits for it.
    ///
    /// Work once handed over is done even where the caller stops waiting. Nothing is
    /// written into a file that is none of ours any more.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.trouble.forbid_writing()?;
        let (path, trouble) = (self.path.clone(), self.trouble.clone());
        let occupant = Arc::clone(&self.occupant);
        self.run(move |connection| {
            let written = || {
                trouble.forbid_writing()?;
                occupant.expect_ours(&path)?;
                let _timer = WRITTEN_IN.start_timer();
                in_transaction(connection, work).map_err(|error| failure::at(&path, error))
            };
            written().inspect_err(|error| trouble.note(error))
        })
        .await?
    }

    /// Writes a little, whatever is thought of the store: whether it can be written.
    pub(crate) fn try_out(&self) -> Result<(), StoreError> {
        self.occupant.expect_ours(&self.path)?;
        self.run_blocking(try_out)?.map_err(|error| failure::at(&self.path, error))
    }

    /// Folds the log into the file.
    ///
    /// # Errors
    ///
    /// Also where somebody is reading from the log.
    pub(crate) fn fold(&self) -> Result<(), StoreError> {
        let busy = self.run_blocking(|connection| {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        })?;
        let is_busy: bool = busy.map_err(|error| failure::at(&self.path, error))?;
        if is_busy { Err(failure::locked(&self.path)) } else { Ok(()) }
    }

    /// Takes no more work and closes the file.
    pub(crate) fn end(&self, closing: Closing) -> Result<(), StoreError> {
        let outcome = match &self.hand {
            Hand::Thread { jobs, .. } => {
                let (answer, answered) = oneshot::channel();
                if jobs.blocking_send(Job::End(closing, answer)).is_err() {
                    // It has ended before.
                    return Ok(());
                }
                answered.blocking_recv().map_err(|_| self.stopped())?
            }
            Hand::Asker(connection) => {
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner).take();
                connection.map_or(Ok(()), |it| closed(it, closing))
            }
            Hand::Closed => Ok(()),
        };
        outcome.map_err(|error| failure::at(&self.path, error))
    }

    pub(crate) fn occupant(&self) -> &Arc<Occupant> {
        &self.occupant
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let Hand::Thread { jobs, .. } = &self.hand else { return self.run_blocking(work) };
        let (job, answered) = job(work);
        jobs.send(job).await.map_err(|_| self.stopped())?;
        answered.await.map_err(|error| self.stopped().caused_by(error))
    }

    fn run_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        match &self.hand {
            Hand::Thread { jobs, .. } => {
                let (job, answered) = job(work);
                jobs.blocking_send(job).map_err(|_| self.stopped())?;
                answered.blocking_recv().map_err(|error| self.stopped().caused_by(error))
            }
            Hand::Asker(connection) => {
                let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                connection.as_mut().map(work).ok_or_else(|| self.stopped())
            }
            Hand::Closed => Err(self.stopped()),
        }
    }

    /// Takes no more work, does what was handed over, and closes the file.
    pub(crate) fn finish(&mut self) -> Result<(), StoreError> {
        let ended = match std::mem::replace(&mut self.hand, Hand::Closed) {
            Hand::Thread { jobs, thread } => {
                drop(jobs);
                thread.join().map_err(|_| self.stopped())?
            }
            Hand::Asker(connection) => {
                let connection = connection.into_inner().unwrap_or_else(PoisonError::into_inner);
                let closing = closing(&self.occupant, &self.path);
                connection.map_or(Ok(()), |it| closed(it, closing))
            }
            Hand::Closed => Ok(()),
        };
        ended.map_err(|error| failure::at(&self.path, error))
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

fn job<T: Send + 'static>(
    work: impl FnOnce(&mut Connection) -> T + Send + 'static,
) -> (Job, oneshot::Receiver<T>) {
    let (answer, answered) = oneshot::channel();
    let work: Box<dyn FnOnce(&mut Connection) + Send> = Box::new(move |connection| {
        // Whoever asked may have stopped waiting; the work is done all the same.
        drop(answer.send(work(connection)));
    });
    (Job::Work(work), answered)
}

/// Until nobody has work any more; `None` where the file was closed before.
fn work_through(
    mut waiting: mpsc::Receiver<Job>,
    mut connection: Connection,
) -> Option<Connection> {
    while let Some(job) = waiting.blocking_recv() {
        match job {
            // One job that panics must not end all writing. Its transaction is
            // rolled back as it unwinds, so the connection is sound; the panic
            // itself has been reported, and its caller learns that no answer came.
            Job::Work(work) => {
                drop(catch_unwind(AssertUnwindSafe(|| work(&mut connection))));
            }
            Job::End(closing, answer) => {
                drop(waiting);
                drop(answer.send(closed(connection, closing)));
                return None;
            }
        }
    }
    Some(connection)
}

/// What is not ours any more is not written, not even to close it.
fn closing(occupant: &Occupant, path: &Path) -> Closing {
    match occupant.standing(path) {
        Ok(Standing::InPlace) => Closing::Folding,
        _ => Closing::Leaving,
    }
}

fn closed(connection: Connection, closing: Closing) -> Result<()> {
    match closing {
        // Where another program reads, this folds in what it can and says so in
        // its row, not by failing.
        Closing::Folding => {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        // What is at its place may be somebody else's.
        Closing::Leaving => {
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        }
    }
    connection.close().map_err(|(_, error)| error)
}

/// Writes the number of the schema again: one page, which changes nothing.
fn try_out(connection: &mut Connection) -> Result<()> {
    connection.busy_timeout(Duration::ZERO)?;
    let written = in_transaction(connection, |transaction| {
        let version: i64 =
            transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        transaction.pragma_update(None, "user_version", version)
    });
    connection.busy_timeout(open::BUSY_TIMEOUT)?;
    written
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

    fn start(path: &Path) -> Writer {
        let opened = open::for_writing(path).unwrap();
        Writer::start(path, opened, Trouble::default()).unwrap()
    }

    #[tokio::test]
    async fn one_job_that_panics_does_not_end_all_writing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prices.db");
        let writer = start(&path);
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
        let opened = open::for_writing(&path).unwrap();
        // The nearest thing to a full disk: the file may not grow at all.
        opened.connection.pragma_update(None, "max_page_count", 1).unwrap();
        let writer = Writer::start(&path, opened, Trouble::default()).unwrap();
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
        let mut writer = start(&path);
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

use std::path::Path;

use async_trait::async_trait;
use jiff::civil::Date;
use market::{Answer, Instrument, Question, Quote, Saved, Store, StoreError};

use crate::readers::Readers;
use crate::writer::Writer;
use crate::{answers, check, instruments, open, quotes};

/// A store in one SQLite file, with its `-wal` and `-shm` beside it while open.
///
/// Instants are kept in whole milliseconds, as upstreams publish them; finer
/// parts are cut off. Every other number reads back as it was, except that a
/// negative zero comes back as zero.
///
/// Dropping the store finishes what was handed to it, as [`SqliteStore::close`]
/// does.
#[derive(Debug)]
pub struct SqliteStore {
    // Dropped in this order: whoever closes the file last must be able to
    // write, so that the log is folded into it.
    readers: Readers,
    writer: Writer,
}

impl SqliteStore {
    /// Opens the store in this file, creating it and its folder where missing,
    /// and brings an older one up to date.
    ///
    /// Blocks for as long as that takes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] for a file that cannot be opened and written,
    /// belongs to another program or was written by a newer version of this
    /// one; [`StoreError::Damaged`] for one that is no SQLite database.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = open::for_writing(path)?;
        Ok(Self { readers: Readers::new(path), writer: Writer::start(path, connection)? })
    }

    /// Finishes what was handed over, folds the log into the file and closes it.
    ///
    /// Blocks until done. Nothing is lost where this fails: what was answered
    /// with `Ok` is in the log, and the next start reads it.
    pub fn close(mut self) -> Result<(), StoreError> {
        self.readers.close();
        self.writer.finish()
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn keep_quote(&self, quote: &Quote) -> Result<(), StoreError> {
        refuse(quote.simulated, "a simulated value is never stored")?;
        let quote = quote.clone();
        self.writer.write(move |transaction| quotes::keep(transaction, &quote)).await
    }

    async fn quotes(&self) -> Result<Vec<Quote>, StoreError> {
        self.readers.read(|snapshot| quotes::latest(snapshot)).await
    }

    async fn keep_answer(&self, answer: &Answer) -> Result<Saved, StoreError> {
        refuse(answer.simulated, "a simulated value is never stored")?;
        refuse(!is_of_one_instrument(answer), "an answer about one instrument names another")?;
        let answer = answer.clone();
        self.writer.write(move |transaction| answers::keep(transaction, &answer)).await
    }

    async fn answer(&self, question: &Question) -> Result<Option<Answer>, StoreError> {
        let question = question.clone();
        self.readers.read(move |snapshot| answers::exact(snapshot, &question)).await
    }

    async fn overlapping(
        &self,
        question: &Question,
        from: Option<Date>,
        to: Date,
    ) -> Result<Option<Answer>, StoreError> {
        let question = question.clone();
        self.readers.read(move |snapshot| answers::overlapping(snapshot, &question, from, to)).await
    }

    async fn instruments(&self) -> Result<Vec<Instrument>, StoreError> {
        self.readers.read(|snapshot| instruments::latest(snapshot)).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        let faults = self.readers.read(|snapshot| check::faults(snapshot)).await?;
        if faults.is_empty() { Ok(()) } else { Err(StoreError::Damaged(faults.join("; "))) }
    }
}

fn refuse(is_wrong: bool, why: &str) -> Result<(), StoreError> {
    if is_wrong { Err(StoreError::Unusable(why.to_owned())) } else { Ok(()) }
}

fn is_of_one_instrument(answer: &Answer) -> bool {
    let (question, head) = (&answer.question, &answer.series.head);
    head.symbol == question.symbol
        && head.interval == question.interval
        && answer.instrument.symbol == question.symbol
}

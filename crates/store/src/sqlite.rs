//! A store in one SQLite file.
//!
//! One thread writes (`writer`), a few read-only connections read (`readers`);
//! with SQLite's write-ahead log neither waits for the other. What is stored how
//! is described by `migrations/`; each module beside knows one table or two and
//! deals in `rusqlite::Result`; `failure` turns that into
//! [`market::StoreError`], with the file's name, at the border.

mod actions;
mod answers;
mod aside;
mod bars;
mod changes;
mod check;
mod columns;
mod failure;
mod instruments;
mod ledger;
mod missed;
mod open;
mod quotes;
mod readers;
mod revisions;
mod series;
mod shown;
mod streamed;
mod versions;
mod writer;

use std::path::Path;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use market::{
    Action, ActionVersion, Bar, BarVersion, Change, ChangesQuery, HistoryQuery, HistoryResult,
    Instrument, Interval, Quote, Saved, Shown, Slot, Source, Speaks, Store, StoreError, Symbol,
};
use rusqlite::{Connection, Transaction};
use tracing::error;

pub use self::aside::SetAside;
use self::open::Reading;
use self::readers::Readers;
use self::writer::Writer;
use crate::damage::IfDamaged;
use crate::rules::{Dates, Moment, Revision, accept_answer, accept_quote, accept_shown};

/// A store in one SQLite file, with its `-wal` and `-shm` beside it while open.
///
/// Instants are stored in whole milliseconds, as upstreams publish them; finer
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
    /// None where the file may only be read.
    writer: Option<Writer>,
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
        Self::writing(path, open::for_writing(path)?)
    }

    /// As [`SqliteStore::open`], but everything is done on the thread that asks, and
    /// nothing waits for the disk: so a simulation on one thread has the same outcome
    /// each time. A power cut may cost what was written last, or the file.
    ///
    /// # Errors
    ///
    /// As for [`SqliteStore::open`].
    pub fn open_inline(path: &Path) -> Result<Self, StoreError> {
        let connection = open::for_writing(path)?;
        let relaxed = connection.pragma_update(None, "synchronous", "off");
        relaxed.map_err(|error| failure::at(path, error))?;
        let readers = Readers::new(path, Reading::Shared).inline();
        Ok(Self { readers, writer: Some(Writer::inline(path, connection)) })
    }

    /// As [`SqliteStore::open`], but where the file is found damaged moves it
    /// aside, names it by the present instant, and begins a new one.
    ///
    /// Finds damage in the schema, the quotes, the instruments and the ledger
    /// of answers; in the bars only in a file of up to 16 MB, as looking
    /// through more would take too long. [`Store::check`] finds all there is.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] as for [`SqliteStore::open`], and where a
    /// damaged file cannot be moved.
    pub fn open_or_set_aside(
        path: &Path,
        now: Timestamp,
    ) -> Result<(Self, Option<SetAside>), StoreError> {
        match open::for_writing_if_sound(path) {
            Ok(connection) => Ok((Self::writing(path, connection)?, None)),
            Err(StoreError::Damaged { why, .. }) => {
                let aside = SetAside { path: aside::set(path, now)?, why };
                Ok((Self::open(path)?, Some(aside)))
            }
            Err(unusable) => Err(unusable),
        }
    }

    /// Opens the store as well as it can be. One that cannot be written is read:
    /// what is in it is served nevertheless, and the log says what is wrong.
    pub(crate) fn open_as_found(
        path: &Path,
        damaged: IfDamaged,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let opened = match damaged {
            IfDamaged::SetAside => Self::open_or_set_aside(path, now),
            IfDamaged::Refuse => Self::open(path).map(|store| (store, None)),
        };
        match opened {
            Ok((store, set_aside)) => {
                if let Some(SetAside { path, why }) = set_aside {
                    let moved = path.display();
                    error!(
                        "THE STORE IS DAMAGED and was moved to {moved}: {why}; beginning a new one"
                    );
                }
                Ok(store)
            }
            Err(error @ StoreError::Unusable { .. }) => Self::open_unwritable(path, error),
            Err(error) => Err(error),
        }
    }

    fn open_unwritable(path: &Path, error: StoreError) -> Result<Self, StoreError> {
        let Ok(store) = Self::open_for_reading(path) else { return Err(error) };
        let error = error.in_full();
        error!(
            error,
            "THE STORE CANNOT BE WRITTEN: what is in it is served, nothing new is stored"
        );
        Ok(store)
    }

    /// Opens a store that may not be written, such as one on a disk mounted
    /// read-only: all it knows can be read, and persisting anything fails.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] for a file that cannot be read, is another
    /// program's, or is of another version than this one's, as bringing it up
    /// to date takes writing; [`StoreError::Damaged`] for one that is no SQLite
    /// database.
    pub fn open_for_reading(path: &Path) -> Result<Self, StoreError> {
        let how = open::reading_only(path)?;
        Ok(Self { readers: Readers::new(path, how), writer: None })
    }

    fn writing(path: &Path, connection: Connection) -> Result<Self, StoreError> {
        let writer = Some(Writer::start(path, connection)?);
        Ok(Self { readers: Readers::new(path, Reading::Shared), writer })
    }

    /// Reads what is known, or was known at an instant.
    async fn known<T: Send + 'static>(
        &self,
        at: Option<Timestamp>,
        read: impl FnOnce(&Transaction<'_>, Revision) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let at = at.map(Moment::from);
        self.readers.read(move |snapshot| read(snapshot, revisions::by(snapshot, at)?)).await
    }

    fn writer(&self) -> Result<&Writer, StoreError> {
        self.writer.as_ref().ok_or_else(|| failure::read_only(self.readers.path()))
    }

    /// Finishes what was handed over, folds the log into the file and closes it.
    ///
    /// Blocks until done. Nothing is lost where this fails: what was answered
    /// with `Ok` is in the log, and the next start reads it.
    pub fn close(mut self) -> Result<(), StoreError> {
        self.readers.close();
        self.writer.as_mut().map_or(Ok(()), Writer::finish)
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn persist_quote(&self, quote: &Quote) -> Result<(), StoreError> {
        accept_quote(quote)?;
        let quote = quote.clone();
        self.writer()?.write(move |transaction| quotes::persist(transaction, &quote)).await
    }

    async fn persist_shown(&self, shown: &[Shown], at: Timestamp) -> Result<(), StoreError> {
        shown.iter().try_for_each(accept_shown)?;
        let (shown, at) = (shown.to_vec(), Moment::from(at));
        self.writer()?.write(move |transaction| shown::persist(transaction, &shown, at)).await
    }

    async fn shown_at(&self, symbols: &[Symbol], at: Timestamp) -> Result<Vec<Shown>, StoreError> {
        let symbols = symbols.to_vec();
        let known = move |snapshot: &Transaction<'_>, by| {
            let shown = symbols.iter().map(|symbol| shown::at_revision(snapshot, symbol, by));
            shown.filter_map(rusqlite::Result::transpose).collect()
        };
        self.known(Some(at), known).await
    }

    async fn quotes(&self) -> Result<Vec<Quote>, StoreError> {
        self.readers.read(|snapshot| quotes::latest(snapshot)).await
    }

    async fn persist_answer(
        &self,
        answer: &HistoryResult,
        speaks: Speaks,
    ) -> Result<Saved, StoreError> {
        accept_answer(answer)?;
        let answer = answer.clone();
        self.writer()?
            .write(move |transaction| answers::persist(transaction, &answer, speaks))
            .await
    }

    async fn rebase(&self, answer: &HistoryResult) -> Result<Saved, StoreError> {
        accept_answer(answer)?;
        let answer = answer.clone();
        self.writer()?.write(move |transaction| answers::rebase(transaction, &answer)).await
    }

    async fn answer(
        &self,
        question: &HistoryQuery,
        at: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        let question = question.clone();
        self.known(at, move |snapshot, by| answers::exact(snapshot, &question, by)).await
    }

    async fn overlapping(
        &self,
        question: &HistoryQuery,
        from: Option<Date>,
        to: Date,
        at: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        let (question, dates) = (question.clone(), Dates::new(from, to));
        let known = move |snapshot: &Transaction<'_>, by| {
            answers::overlapping(snapshot, &question, dates, by)
        };
        self.known(at, known).await
    }

    async fn covering(
        &self,
        question: &HistoryQuery,
        from: Option<Date>,
        to: Date,
        since: Timestamp,
        at: Option<Timestamp>,
    ) -> Result<Option<HistoryResult>, StoreError> {
        let (question, dates) = (question.clone(), Dates::new(from, to));
        let known = move |snapshot: &Transaction<'_>, by| {
            answers::covering(snapshot, &question, dates, since, by)
        };
        self.known(at, known).await
    }

    async fn persist_streamed(
        &self,
        told: &HistoryResult,
        since: Slot,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        accept_answer(told)?;
        let (told, at) = (told.clone(), Moment::from(at));
        let persist =
            move |transaction: &Transaction<'_>| streamed::persist(transaction, &told, since, at);
        self.writer()?.write(persist).await
    }

    async fn streamed(
        &self,
        question: &HistoryQuery,
        source: &Source,
        at: Timestamp,
    ) -> Result<Option<(Vec<Bar>, Timestamp)>, StoreError> {
        let (question, source, at) = (question.clone(), source.clone(), Moment::from(at));
        let told =
            move |snapshot: &Transaction<'_>| streamed::told(snapshot, &question, &source, at);
        Ok(self.readers.read(told).await?.map(|(bars, at)| (bars, at.into())))
    }

    async fn note_start(&self, at: Timestamp) -> Result<(), StoreError> {
        let at = Moment::from(at);
        self.writer()?.write(move |transaction| streamed::note_start(transaction, at)).await
    }

    async fn actions(
        &self,
        symbol: &Symbol,
        source: &Source,
        at: Option<Timestamp>,
    ) -> Result<Vec<Action>, StoreError> {
        let (symbol, source) = (symbol.clone(), source.clone());
        let known = move |snapshot: &Transaction<'_>, by| {
            let of = actions::Of { symbol: &symbol, source: &source };
            actions::in_force(snapshot, of, Dates::ALL, by)
        };
        self.known(at, known).await
    }

    async fn bar_versions(
        &self,
        symbol: &Symbol,
        interval: Interval,
        source: Option<&Source>,
        from: Option<Date>,
        to: Date,
    ) -> Result<Vec<BarVersion>, StoreError> {
        let (symbol, source, dates) = (symbol.clone(), source.cloned(), Dates::new(from, to));
        let read = move |snapshot: &Transaction<'_>| {
            versions::of_bars(snapshot, (&symbol, interval), source.as_ref(), dates)
        };
        self.readers.read(read).await
    }

    async fn action_versions(
        &self,
        symbol: &Symbol,
        from: Option<Date>,
        to: Date,
    ) -> Result<Vec<ActionVersion>, StoreError> {
        let (symbol, dates) = (symbol.clone(), Dates::new(from, to));
        let read = move |snapshot: &Transaction<'_>| versions::of_actions(snapshot, &symbol, dates);
        self.readers.read(read).await
    }

    async fn changes(&self, query: &ChangesQuery) -> Result<Vec<Change>, StoreError> {
        let query = query.clone();
        self.readers.read(move |snapshot| changes::of(snapshot, &query)).await
    }

    async fn instruments(&self) -> Result<Vec<Instrument>, StoreError> {
        self.readers.read(|snapshot| instruments::latest(snapshot)).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        let faults = self.readers.read(|snapshot| check::faults(snapshot)).await?;
        if faults.is_empty() { Ok(()) } else { Err(failure::found(self.readers.path(), &faults)) }
    }
}

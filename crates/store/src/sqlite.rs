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
mod backup;
mod bars;
mod changes;
mod check;
mod columns;
mod disputed;
mod disputes;
mod failure;
mod identities;
mod instruments;
mod leaps;
mod ledger;
mod logs;
mod missed;
mod occupant;
mod open;
mod quotes;
mod readers;
mod repairs;
mod revisions;
mod series;
mod shown;
mod snapshot;
mod spending;
mod streamed;
mod trouble;
mod upkeep;
mod versions;
mod writer;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use market::{
    Action, ActionVersion, Bar, BarVersion, Change, ChangesQuery, Dispute, Disputed, DisputesQuery,
    HistoryQuery, HistoryResult, Identity, Instrument, Interval, Noted, Outcome, Quote,
    QuoteVersion, QuoteVersionsQuery, Repair, RepairEnd, RepairRecord, RepairsQuery, Saved, Shown,
    ShownFrom, Slot, Source, Speaks, Spending, Store, StoreError, StoreTrouble, Symbol,
};
use rusqlite::Transaction;
use tracing::error;

pub use self::aside::SetAside;
pub use self::backup::{Copied, Restored};
pub(crate) use self::backup::{back_up, restore};
use self::leaps::Leap;
use self::occupant::make_folder;
use self::open::{Opened, Reading};
use self::readers::Readers;
use self::snapshot::Snapshot;
use self::trouble::Trouble;
use self::upkeep::Upkeep;
use self::writer::Writer;
use crate::lock::Lock;
use crate::rules::{Dates, Moment, Revision, accept_answer, accept_shown};

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
    upkeep: Arc<Upkeep>,
}

/// So many instructions of SQLite's machine are one step of a write that may break off.
const STEP: i32 = 20;

impl SqliteStore {
    /// Opens the store in this file, creating it and its folder where missing,
    /// and brings an older one up to date.
    ///
    /// Blocks for as long as that takes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] for a file that cannot be opened and written, is
    /// another program's or no database, or was written by a newer version of this
    /// one; [`StoreError::Damaged`] for one of ours that is damaged.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::writing(path, open::for_writing(path)?, None)
    }

    /// As [`SqliteStore::open`], but everything is done on the thread that asks, and
    /// nothing waits for the disk: so a simulation on one thread has the same outcome
    /// each time. A power cut may cost what was written last, or the file.
    ///
    /// # Errors
    ///
    /// As for [`SqliteStore::open`].
    pub fn open_inline(path: &Path) -> Result<Self, StoreError> {
        Self::open_breaking(path, || false)
    }

    /// As [`SqliteStore::open_inline`]. While SQL is run to write, `breaks` is asked
    /// again and again whether the write is to break off there, and nothing of it to be
    /// stored: so that what a kill leaves can be seen at any step.
    ///
    /// # Errors
    ///
    /// As for [`SqliteStore::open`].
    pub fn open_breaking(
        path: &Path,
        breaks: impl FnMut() -> bool + Send + 'static,
    ) -> Result<Self, StoreError> {
        let mut opened = open::for_writing(path)?;
        let watched = opened.connection.progress_handler(STEP, Some(breaks));
        watched.map_err(|error| failure::at(path, error))?;
        let relaxed = opened.connection.pragma_update(None, "synchronous", "off");
        relaxed.map_err(|error| failure::at(path, error))?;
        let trouble = Trouble::default();
        let readers = Readers::new(path, Some(Reading::Shared), trouble.clone()).inline();
        let store = Self::of(readers, &trouble, None);
        store.upkeep.start(Writer::inline(path, opened, trouble));
        Ok(store)
    }

    /// As [`SqliteStore::open`], but where a file of ours is found damaged moves it
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
        let (opened, aside) = upkeep::sound_or_new(path, None, now)?;
        Ok((Self::writing(path, opened, None)?, aside))
    }

    /// Opens the store for a service, which locks it and goes on whatever becomes of
    /// it: what cannot be written is read, and what cannot be had is tried again by
    /// [`Store::tend`]. `at` says where the service is found.
    ///
    /// # Errors
    ///
    /// Where another service holds the lock, or other settings are needed: nothing
    /// there is touched then.
    pub(crate) fn open_to_serve(path: &Path, at: &str, now: Timestamp) -> Result<Self, StoreError> {
        let (mut lock, mut occupant) = (Lock::of(path, at), None);
        let opened = open::occupant(path, None).and_then(|found| {
            occupant = found;
            make_folder(path)?;
            lock.take()?;
            upkeep::sound_or_new(path, occupant.as_ref(), now)
        });
        match opened {
            Ok((opened, _)) => Self::writing(path, opened, Some(lock)),
            Err(error) if error.trouble().is_some_and(StoreTrouble::is_final) => Err(error),
            Err(error) => Ok(Self::unwritable(path, occupant.as_ref(), &error, lock)),
        }
    }

    /// Opens the store for a command: what cannot be written is read, and the log says
    /// why.
    ///
    /// # Errors
    ///
    /// For a store that can neither be written nor read, and for a damaged one.
    pub(crate) fn open_once(path: &Path) -> Result<Self, StoreError> {
        match Self::open(path) {
            Err(error @ StoreError::Unusable { .. }) => {
                let store = Self::open_for_reading(path).map_err(|_| error.clone())?;
                let error = error.in_full();
                error!(error, "THE STORE CANNOT BE WRITTEN: what is in it is read, nothing stored");
                Ok(store)
            }
            opened => opened,
        }
    }

    /// Opens a store that may not be written, such as one on a disk mounted
    /// read-only: all it knows can be read, and persisting anything fails.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] for a file that cannot be read, is another
    /// program's, or is of another version than this one's, as bringing it up
    /// to date takes writing; [`StoreError::Damaged`] for one that is damaged.
    pub fn open_for_reading(path: &Path) -> Result<Self, StoreError> {
        let (how, occupant) = open::reading_only(path, None)?;
        let trouble = Trouble::default();
        let store = Self::of(Readers::new(path, Some(how), trouble.clone()), &trouble, None);
        store.upkeep.go_without(Some(occupant), None);
        Ok(store)
    }

    fn unwritable(path: &Path, held: open::Held<'_>, error: &StoreError, lock: Lock) -> Self {
        let (how, occupant) = open::reading_only(path, held).ok().unzip();
        let trouble = Trouble::default();
        let store = Self::of(Readers::new(path, how, trouble.clone()), &trouble, Some(lock));
        store.upkeep.go_without(occupant, Some(error));
        store
    }

    fn writing(path: &Path, opened: Opened, lock: Option<Lock>) -> Result<Self, StoreError> {
        let trouble = Trouble::default();
        let readers = Readers::new(path, Some(Reading::Shared), trouble.clone());
        let store = Self::of(readers, &trouble, lock);
        store.upkeep.start(Writer::start(path, opened, trouble)?);
        Ok(store)
    }

    fn of(readers: Readers, trouble: &Trouble, lock: Option<Lock>) -> Self {
        let upkeep = Upkeep::new(&readers, trouble.clone(), lock);
        Self { readers, upkeep: Arc::new(upkeep) }
    }

    /// Reads what is known, or was known at an instant.
    async fn known<T: Send + 'static>(
        &self,
        at: Option<Timestamp>,
        read: impl FnOnce(&Snapshot<'_>, Revision) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let at = at.map(Moment::from);
        self.readers.read(move |snapshot| read(snapshot, snapshot.by(at)?)).await
    }

    async fn persist_leap(&self, leap: Leap) -> Result<(), StoreError> {
        let stored = leap.clone();
        self.writer()?.write(move |transaction| leaps::persist(transaction, &stored)).await?;
        self.readers.leaps().let_go(&leap);
        Ok(())
    }

    fn writer(&self) -> Result<Arc<Writer>, StoreError> {
        self.upkeep.writer()
    }

    /// Finishes what was handed over, folds the log into the file and closes it.
    ///
    /// Blocks until done. Nothing is lost where this fails: what was answered
    /// with `Ok` is in the log, and the next start reads it.
    pub fn close(self) -> Result<(), StoreError> {
        self.readers.close();
        let writer = self.upkeep.close().and_then(Arc::into_inner);
        writer.map_or(Ok(()), |mut writer| writer.finish())
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn persist_shown(&self, shown: &[ShownFrom], now: Timestamp) -> Result<(), StoreError> {
        shown.iter().try_for_each(|it| accept_shown(&it.shown))?;
        let shown = shown.to_vec();
        self.writer()?
            .write(move |transaction| shown::persist(transaction, &shown, now.into()))
            .await
    }

    async fn shown_at(&self, symbols: &[Symbol], at: Timestamp) -> Result<Vec<Shown>, StoreError> {
        let (of, at) = (symbols.to_vec(), Moment::from(at));
        let read = move |snapshot: &Snapshot<'_>| {
            of.iter().map(|symbol| shown::at_instant(snapshot, symbol, at)).collect()
        };
        let found: Vec<_> = self.readers.read(read).await?;
        let all = found.into_iter().zip(symbols).map(|(shown, symbol)| {
            shown.map_err(|gap| StoreError::NotKept {
                symbol: symbol.clone(),
                from: gap.from.into(),
                until: gap.until.into(),
            })
        });
        all.filter_map(Result::transpose).collect()
    }

    async fn quotes(&self) -> Result<Vec<Quote>, StoreError> {
        self.readers.read(|snapshot| quotes::latest(snapshot)).await
    }

    async fn persist_answer(
        &self,
        answer: &HistoryResult,
        speaks: Speaks,
        now: Timestamp,
    ) -> Result<Saved, StoreError> {
        accept_answer(answer)?;
        let answer = answer.clone();
        self.writer()?
            .write(move |transaction| answers::persist(transaction, &answer, speaks, now.into()))
            .await
    }

    async fn rebase(&self, answer: &HistoryResult, now: Timestamp) -> Result<Saved, StoreError> {
        accept_answer(answer)?;
        let answer = answer.clone();
        let now = now.into();
        self.writer()?.write(move |transaction| answers::rebase(transaction, &answer, now)).await
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
        let known =
            move |snapshot: &Snapshot<'_>, by| answers::overlapping(snapshot, &question, dates, by);
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
        let known = move |snapshot: &Snapshot<'_>, by| {
            answers::covering(snapshot, &question, dates, since, by)
        };
        self.known(at, known).await
    }

    async fn persist_streamed(
        &self,
        given: &HistoryResult,
        since: Slot,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        accept_answer(given)?;
        let (given, at) = (given.clone(), Moment::from(at));
        let persist =
            move |transaction: &Transaction<'_>| streamed::persist(transaction, &given, since, at);
        self.writer()?.write(persist).await
    }

    async fn streamed(
        &self,
        question: &HistoryQuery,
        source: &Source,
        at: Timestamp,
    ) -> Result<Option<(Vec<Bar>, Timestamp)>, StoreError> {
        let (question, source, at) = (question.clone(), source.clone(), Moment::from(at));
        let read =
            move |snapshot: &Snapshot<'_>| streamed::last_given(snapshot, &question, &source, at);
        Ok(self.readers.read(read).await?.map(|(bars, at)| (bars, at.into())))
    }

    async fn persist_identities(&self, brought: &[Identity]) -> Result<(), StoreError> {
        let brought = brought.to_vec();
        self.writer()?.write(move |transaction| identities::persist(transaction, &brought)).await
    }

    async fn identities(&self) -> Result<Vec<Identity>, StoreError> {
        self.readers.read(|snapshot| identities::all(snapshot)).await
    }

    async fn note_start(&self, at: Timestamp) -> Result<(), StoreError> {
        let at = Moment::from(at);
        self.writer()?.write(move |transaction| streamed::note_start(transaction, at)).await
    }

    async fn note_skipped(&self, skipped: Range<Timestamp>) -> Result<Noted, StoreError> {
        let skipped = Moment::from(skipped.start)..Moment::from(skipped.end);
        let held = self.readers.leaps().clone();
        let held = self.readers.read(move |snapshot| held.hold(snapshot, &skipped)).await?;
        let Some(leap) = held else { return Ok(Noted::Stored) };
        Ok(self.persist_leap(leap).await.map_or_else(Noted::Held, |()| Noted::Stored))
    }

    async fn persist_spending(&self, spending: &Spending) -> Result<(), StoreError> {
        let spending = spending.clone();
        self.writer()?.write(move |transaction| spending::persist(transaction, &spending)).await
    }

    async fn spendings(&self) -> Result<Vec<Spending>, StoreError> {
        self.readers.read(|snapshot| spending::all(snapshot)).await
    }

    async fn actions(
        &self,
        symbol: &Symbol,
        source: &Source,
        at: Option<Timestamp>,
    ) -> Result<Vec<Action>, StoreError> {
        let (symbol, source) = (symbol.clone(), source.clone());
        let known = move |snapshot: &Snapshot<'_>, by| {
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
        let read = move |snapshot: &Snapshot<'_>| {
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
        let read = move |snapshot: &Snapshot<'_>| versions::of_actions(snapshot, &symbol, dates);
        self.readers.read(read).await
    }

    async fn quote_versions(
        &self,
        query: &QuoteVersionsQuery,
    ) -> Result<Vec<QuoteVersion>, StoreError> {
        let query = query.clone();
        self.readers.read(move |snapshot| versions::of_quotes(snapshot, &query)).await
    }

    async fn changes(&self, query: &ChangesQuery) -> Result<Vec<Change>, StoreError> {
        let query = query.clone();
        self.readers.read(move |snapshot| changes::of(snapshot, &query)).await
    }

    async fn begin_dispute(&self, dispute: &Dispute) -> Result<(), StoreError> {
        let dispute = dispute.clone();
        self.writer()?.write(move |transaction| disputes::begin(transaction, &dispute)).await
    }

    async fn end_dispute(
        &self,
        dispute: &Dispute,
        at: Timestamp,
        outcome: Outcome,
    ) -> Result<(), StoreError> {
        let dispute = dispute.clone();
        let write =
            move |transaction: &Transaction<'_>| disputes::end(transaction, &dispute, at, outcome);
        self.writer()?.write(write).await
    }

    async fn disputes(
        &self,
        symbol: Option<&Symbol>,
        at: Option<Timestamp>,
    ) -> Result<Vec<Dispute>, StoreError> {
        let symbol = symbol.cloned();
        let read = move |snapshot: &Snapshot<'_>, by| disputes::at(snapshot, symbol.as_ref(), by);
        self.known(at, read).await
    }

    async fn disputed(&self, query: &DisputesQuery) -> Result<Vec<Disputed>, StoreError> {
        let query = query.clone();
        self.readers.read(move |snapshot| disputed::of(snapshot, &query)).await
    }

    async fn begin_repair(&self, repair: &Repair) -> Result<(), StoreError> {
        let repair = repair.clone();
        self.writer()?.write(move |transaction| repairs::begin(transaction, &repair)).await
    }

    async fn end_repair(
        &self,
        repair: &Repair,
        at: Timestamp,
        how: RepairEnd,
    ) -> Result<(), StoreError> {
        let repair = repair.clone();
        let write =
            move |transaction: &Transaction<'_>| repairs::end(transaction, &repair, at, how);
        self.writer()?.write(write).await
    }

    async fn repairs(
        &self,
        symbol: Option<&Symbol>,
        at: Option<Timestamp>,
    ) -> Result<Vec<Repair>, StoreError> {
        let symbol = symbol.cloned();
        let read = move |snapshot: &Snapshot<'_>, by| repairs::at(snapshot, symbol.as_ref(), by);
        self.known(at, read).await
    }

    async fn repair_records(&self, query: &RepairsQuery) -> Result<Vec<RepairRecord>, StoreError> {
        let query = query.clone();
        self.readers.read(move |snapshot| repairs::of(snapshot, &query)).await
    }

    async fn instruments(&self) -> Result<Vec<Instrument>, StoreError> {
        self.readers.read(|snapshot| instruments::latest(snapshot)).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        let faults = self.readers.read(|snapshot| check::faults(snapshot)).await?;
        if faults.is_empty() { Ok(()) } else { Err(failure::found(self.readers.path(), &faults)) }
    }

    async fn tend(&self, now: Timestamp) -> Result<u32, StoreError> {
        self.upkeep.tend(now).await
    }
}

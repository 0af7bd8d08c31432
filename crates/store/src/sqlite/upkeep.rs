//! Keeps a file usable while a service runs on it: whatever becomes of the file, its
//! folder or its disk.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use market::{StoreError, StoreTrouble};
use tokio::task::spawn_blocking;
use tracing::{error, warn};

use crate::lock::Lock;
use crate::sqlite::aside::{self, Because, SetAside};
use crate::sqlite::failure;
use crate::sqlite::logs::Logs;
use crate::sqlite::occupant::{Occupant, Standing, make_folder};
use crate::sqlite::open::{self, Opened, Reading};
use crate::sqlite::readers::Readers;
use crate::sqlite::trouble::Trouble;
use crate::sqlite::writer::{Closing, Writer};

/// The file and who works on it.
#[derive(Debug)]
pub(crate) struct Upkeep {
    path: PathBuf,
    readers: Readers,
    trouble: Trouble,
    // Dropped in this order.
    /// None where the file cannot be written. Held for a moment only.
    writer: Mutex<Option<Arc<Writer>>>,
    /// Held for as long as mending takes.
    open: Mutex<Open>,
    /// Of a service; where there is none, nothing is mended.
    lock: Option<Mutex<Lock>>,
}

#[derive(Debug, Default)]
struct Open {
    occupant: Option<Arc<Occupant>>,
    logs: Logs,
    /// How many stores there have been here, after the first.
    begun: u32,
}

/// What there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Nothing,
    /// To see whether it can be written again.
    TryOut,
    /// To open it for writing; what is read meanwhile is the same file.
    Open,
    /// To close all that is open and begin again.
    BeginAgain,
}

impl Upkeep {
    pub(crate) fn new(readers: &Readers, trouble: Trouble, lock: Option<Lock>) -> Self {
        Self {
            path: readers.path().to_owned(),
            readers: readers.clone(),
            trouble,
            writer: Mutex::default(),
            open: Mutex::default(),
            lock: lock.map(Mutex::new),
        }
    }

    /// Has a file written from now on.
    pub(crate) fn start(&self, writer: Writer) {
        let mut open = self.open();
        open.occupant = Some(Arc::clone(writer.occupant()));
        open.logs = Logs::at(&self.path);
        *self.writing() = Some(Arc::new(writer));
    }

    /// Goes on with a file that is only read, or with none.
    pub(crate) fn go_without(&self, occupant: Option<Arc<Occupant>>, why: Option<&StoreError>) {
        if let Some(why) = why {
            self.trouble.note(why);
        }
        self.open().occupant = occupant;
    }

    /// Who writes.
    pub(crate) fn writer(&self) -> Result<Arc<Writer>, StoreError> {
        let writer = self.writing().clone();
        let why = || self.trouble.now().unwrap_or_else(|| failure::read_only(&self.path));
        writer.ok_or_else(why)
    }

    /// Takes the writer out, to finish what it has been given.
    pub(crate) fn close(&self) -> Option<Arc<Writer>> {
        self.writing().take()
    }

    /// See [`market::Store::tend`].
    pub(crate) async fn tend(self: &Arc<Self>, now: Timestamp) -> Result<u32, StoreError> {
        if self.lock.is_none() {
            return Ok(0);
        }
        let (need, begun) = self.on_a_thread(Self::need).await?;
        if need == Need::Nothing {
            return Ok(begun);
        }
        // Connections from before must all be closed when the first new one opens.
        let quiet = match need {
            Need::BeginAgain => Some(self.readers.quiet().await?),
            _ => None,
        };
        let mended = self.on_a_thread(move |upkeep| upkeep.mend(need, now)).await;
        drop(quiet);
        mended
    }

    /// Does what may block, and notes what is the matter.
    async fn on_a_thread<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let upkeep = Arc::clone(self);
        let done = spawn_blocking(move || work(&upkeep)).await;
        let broke_off = |error| StoreError::unusable("looking after it broke off").caused_by(error);
        done.map_err(broke_off)?.inspect_err(|error| self.trouble.note(error))
    }

    fn need(&self) -> Result<(Need, u32), StoreError> {
        self.readers.look_after();
        let open = self.open();
        let standing = match &open.occupant {
            Some(occupant) => Some(occupant.standing(&self.path)?),
            None => None,
        };
        let trouble = self.trouble.now().and_then(|error| error.trouble());
        let is_written = self.writing().is_some();
        let need = match (standing, trouble) {
            (Some(Standing::Gone | Standing::Replaced | Standing::Overwritten), _)
            | (_, Some(StoreTrouble::Damaged)) => Need::BeginAgain,
            (None, _) => Need::Open,
            (Some(Standing::InPlace), _) if !is_written => Need::Open,
            _ if Logs::at(&self.path) != open.logs => Need::BeginAgain,
            (_, Some(_)) => Need::TryOut,
            _ if self.lock().is_none_or(|lock| lock.stands()) => Need::Nothing,
            _ => Need::TryOut,
        };
        Ok((need, open.begun))
    }

    fn mend(&self, need: Need, now: Timestamp) -> Result<u32, StoreError> {
        let mut open = self.open();
        match need {
            Need::Nothing => {}
            Need::TryOut => {
                self.renew_lock()?;
                let writer = self.writing().clone();
                writer.map_or(Ok(()), |writer| writer.try_out())?;
            }
            Need::Open => self.open_for_writing(&mut open)?,
            Need::BeginAgain => self.begin_again(&mut open, now)?,
        }
        self.trouble.clear();
        Ok(open.begun)
    }

    /// Where that cannot be done, it is read at least.
    fn open_for_writing(&self, open: &mut Open) -> Result<(), StoreError> {
        make_folder(&self.path)?;
        self.renew_lock()?;
        match open::for_writing_if_sound(&self.path, open.occupant.as_ref()) {
            Ok(opened) => {
                // Nobody knows what is in it.
                open.begun += u32::from(open.occupant.is_none());
                self.go_on(open, opened)
            }
            Err(error) => {
                self.read_only(open);
                Err(error)
            }
        }
    }

    fn begin_again(&self, open: &mut Open, now: Timestamp) -> Result<(), StoreError> {
        let Some(occupant) = open.occupant.clone() else {
            self.reopen(open, now)?;
            open.begun += 1;
            return Ok(());
        };
        match occupant.standing(&self.path)? {
            Standing::Gone => self.after_loss(open, now),
            Standing::Replaced => self.take_other(open, now),
            Standing::Overwritten => {
                self.give_up()?;
                self.reopen(open, now)?;
                open.begun += 1;
                Ok(())
            }
            Standing::InPlace => self.without_log(open, now),
        }
    }

    /// Its log has been deleted, or it is damaged. What is in the log is folded in
    /// while it can be.
    fn without_log(&self, open: &mut Open, now: Timestamp) -> Result<(), StoreError> {
        let is_damaged = |error: StoreError| error.trouble() == Some(StoreTrouble::Damaged);
        if !self.trouble.now().is_some_and(is_damaged) {
            self.fold()?;
            warn!("{}: its log was deleted; nothing of it is lost", self.path.display());
        }
        self.give_up()?;
        self.reopen(open, now)
    }

    /// The file has been deleted or moved: what is still held of it is put back.
    fn after_loss(&self, open: &mut Open, now: Timestamp) -> Result<(), StoreError> {
        self.fold()?;
        self.give_up()?;
        open.logs.remove(&self.path);
        let file = self.path.display();
        make_folder(&self.path)?;
        self.renew_lock()?;
        let held = open.occupant.clone();
        let held = held.filter(|it| !it.is_empty() && it.expect_ours(&self.path).is_ok());
        if let Some(held) = held {
            held.put_back(&self.path)?;
            warn!("{file} was deleted or moved while in use; what was in it is there again");
            return self.reopen(open, now);
        }
        self.reopen(open, now)?;
        open.begun += 1;
        warn!("{file} was deleted while in use; a new store is begun");
        Ok(())
    }

    /// Another file is in the place of ours. One of ours is what somebody wants us to
    /// use; any other is left alone, and what we had is held until it is gone.
    fn take_other(&self, open: &mut Open, now: Timestamp) -> Result<(), StoreError> {
        if let Err(not_ours) = Occupant::find(&self.path) {
            self.readers.reopen(None);
            return Err(not_ours);
        }
        self.fold()?;
        self.give_up()?;
        open.logs.remove(&self.path);
        self.renew_lock()?;
        self.reopen(open, now)?;
        open.begun += 1;
        warn!(
            "{} was replaced by another store while in use; that one is used",
            self.path.display()
        );
        Ok(())
    }

    fn fold(&self) -> Result<(), StoreError> {
        let writer = self.writing().clone();
        writer.map_or(Ok(()), |writer| writer.fold())
    }

    /// Closes all that is open.
    fn give_up(&self) -> Result<(), StoreError> {
        self.readers.reopen(None);
        let writer = self.writing().take();
        writer.map_or(Ok(()), |writer| writer.end(Closing::Leaving))
    }

    /// Opens whatever is there, making it where nothing is; a damaged store of ours is
    /// moved aside.
    fn reopen(&self, open: &mut Open, now: Timestamp) -> Result<(), StoreError> {
        self.renew_lock()?;
        match sound_or_new(&self.path, open.occupant.as_ref(), now) {
            Ok((opened, aside)) => {
                open.begun += u32::from(aside.is_some());
                self.go_on(open, opened)
            }
            Err(error) => {
                self.read_only(open);
                Err(error)
            }
        }
    }

    fn go_on(&self, open: &mut Open, opened: Opened) -> Result<(), StoreError> {
        let occupant = Arc::clone(&opened.occupant);
        let writer = Writer::start(&self.path, opened, self.trouble.clone())?;
        open.occupant = Some(occupant);
        open.logs = Logs::at(&self.path);
        *self.writing() = Some(Arc::new(writer));
        self.readers.reopen(Some(Reading::Shared));
        Ok(())
    }

    /// Has it read where it is not, if it can be.
    fn read_only(&self, open: &mut Open) {
        if !self.readers.are_open()
            && let Ok((how, occupant)) = open::reading_only(&self.path, open.occupant.as_ref())
        {
            open.occupant = Some(occupant);
            self.readers.reopen(Some(how));
        }
    }

    fn renew_lock(&self) -> Result<(), StoreError> {
        self.lock().map_or(Ok(()), |mut lock| lock.renew())
    }

    fn lock(&self) -> Option<MutexGuard<'_, Lock>> {
        self.lock.as_ref().map(|it| it.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn writing(&self) -> MutexGuard<'_, Option<Arc<Writer>>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that can be written; in place of a damaged one of ours, which is moved aside,
/// a new one.
pub(crate) fn sound_or_new(
    path: &Path,
    held: open::Held<'_>,
    now: Timestamp,
) -> Result<(Opened, Option<SetAside>), StoreError> {
    match open::for_writing_if_sound(path, held) {
        Err(StoreError::Damaged { why, .. }) => {
            let aside = SetAside { path: aside::set(path, now, Because::Damaged)?, why };
            let (moved, why) = (aside.path.display(), &aside.why);
            error!("THE STORE IS DAMAGED and was moved to {moved}: {why}; beginning a new one");
            Ok((open::for_writing(path)?, Some(aside)))
        }
        opened => Ok((opened?, None)),
    }
}

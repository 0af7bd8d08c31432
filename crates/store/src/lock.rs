//! Whose a store is while a service runs on it.
//!
//! The lock is the system's (flock), which ends with the process however it ends: a
//! file that a dead process left behind is no lock. What is written in it is for
//! people and for commands.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;
use std::{fmt, process};

use market::{StoreError, StoreTrouble};

use crate::file::{FileId, beside};

/// How long a service waits for one that is ending, look by look.
const LOOKS: u32 = 60;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// How our own lock files begin.
const OURS: &str = "marketpulse\n";

/// The service that works on a store, as far as it said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// Its process, by its own count: in a container that is another one than outside.
    pub pid: Option<u32>,
    /// Where it serves.
    pub address: Option<String>,
}

impl Holder {
    /// The service that holds the lock of a store; `None` where nobody does.
    pub(crate) fn of(store: &Path) -> Option<Self> {
        let mut file = File::open(file_of(store)).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Some(Self::read(&mut file)),
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }

    fn read(file: &mut File) -> Self {
        let mut text = String::new();
        // One that cannot be read says nothing.
        let _ = file.take(4096).read_to_string(&mut text);
        let said = |name| text.lines().find_map(|line| line.strip_prefix(name));
        Self {
            pid: said("pid ").and_then(|pid| pid.parse().ok()),
            address: said("serving ").map(str::to_owned),
        }
    }
}

/// `pid 4711, serving on 127.0.0.1:5000`
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pid {
            Some(pid) => write!(f, "pid {pid}")?,
            None => write!(f, "its pid is not known")?,
        }
        self.address.iter().try_for_each(|address| write!(f, ", serving on {address}"))
    }
}

/// The lock of a store, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    store: PathBuf,
    serving: String,
    held: Option<(File, FileId)>,
    /// Whether it has been said that there can be none.
    said: bool,
}

impl Lock {
    /// The lock of a store, for a service that is found there; not taken yet.
    pub(crate) fn of(store: &Path, serving: &str) -> Self {
        let (store, serving) = (store.to_owned(), serving.to_owned());
        Self { store, serving, held: None, said: false }
    }

    /// Takes it, in a folder that is there. Where there can be none, as on a disk
    /// mounted read-only, that is logged, and nobody is kept out.
    ///
    /// # Errors
    ///
    /// [`StoreTrouble::InUse`] where another service holds it, and goes on doing so.
    pub(crate) fn take(&mut self) -> Result<(), StoreError> {
        for _ in 1..LOOKS {
            match self.renew() {
                Err(_) => thread::sleep(BETWEEN_LOOKS),
                Ok(()) => return Ok(()),
            }
        }
        self.renew()
    }

    /// Takes it again where its file is not the one that was locked.
    pub(crate) fn renew(&mut self) -> Result<(), StoreError> {
        if self.held.is_some() && self.stands() {
            return Ok(());
        }
        let path = file_of(&self.store);
        let mut file = match open(&path) {
            Ok(file) => file,
            Err(error) => {
                self.go_without(&path, &error);
                return Ok(());
            }
        };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Err(self.in_use(&Holder::read(&mut file))),
            Err(TryLockError::Error(error)) => {
                self.go_without(&path, &error);
                Ok(())
            }
            Ok(()) => {
                // On a full disk it stays unsaid whose it is.
                let _ = self.sign(&mut file);
                self.held = file.metadata().ok().map(|found| (file, FileId::of(&found)));
                Ok(())
            }
        }
    }

    /// Whether the file that is locked, if one is, is the one that everybody finds.
    pub(crate) fn stands(&self) -> bool {
        let there = FileId::at(&file_of(&self.store)).ok().flatten();
        self.held.as_ref().is_none_or(|(_, id)| Some(*id) == there)
    }

    fn sign(&self, file: &mut File) -> io::Result<()> {
        file.set_len(0)?;
        write!(file, "{OURS}pid {}\nserving {}\n", process::id(), self.serving)
    }

    fn go_without(&mut self, path: &Path, error: &io::Error) {
        self.held = None;
        let file = path.display();
        if !std::mem::replace(&mut self.said, true) {
            tracing::warn!("{file} cannot be locked: {error}; nothing keeps a second service away");
        }
    }

    fn in_use(&self, holder: &Holder) -> StoreError {
        let file = self.store.display();
        let why = format!(
            "{file} is in use by another marketpulse ({holder}); stop that one, or name another \
             folder with MARKETPULSE_DATA_DIR"
        );
        StoreError::troubled(StoreTrouble::InUse, why)
    }
}

fn file_of(store: &Path) -> PathBuf {
    beside(store, ".lock")
}

/// Opens a lock file, which is made where there is none; for reading only where it
/// may not be written, which suffices for a lock.
fn open(path: &Path) -> io::Result<File> {
    let found = fs::symlink_metadata(path);
    if found.is_ok_and(|found| !found.is_file()) {
        return Err(io::Error::other("it is no file"));
    }
    let writing = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path);
    let mut file = writing.or_else(|error| File::open(path).map_err(|_| error))?;
    let mut begins = String::new();
    (&mut file).take(OURS.len() as u64).read_to_string(&mut begins)?;
    if !begins.is_empty() && begins != OURS {
        return Err(io::Error::other("it is none of ours"));
    }
    io::Seek::rewind(&mut file)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(store: &Path, serving: &str) -> Result<Lock, StoreError> {
        let mut lock = Lock::of(store, serving);
        lock.take().map(|()| lock)
    }

    fn address(holder: Option<Holder>) -> Option<String> {
        holder?.address
    }

    #[test]
    fn a_lock_keeps_another_out_and_ends_with_its_holder() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("prices.db");
        assert_eq!(Holder::of(&store), None);
        let lock = take(&store, "127.0.0.1:5000").unwrap();
        assert_eq!(address(Holder::of(&store)).as_deref(), Some("127.0.0.1:5000"));
        let refused = take(&store, "127.0.0.1:5001").unwrap_err();
        assert_eq!(refused.trouble(), Some(StoreTrouble::InUse));
        let said = refused.to_string();
        let pid = format!("pid {}, serving on 127.0.0.1:5000", process::id());
        assert!(said.contains(&pid) && said.contains("prices.db"), "{said}");
        drop(lock);
        assert_eq!(Holder::of(&store), None, "what is left behind is no lock");
        drop(take(&store, "127.0.0.1:5001").unwrap());
    }

    #[test]
    fn a_lock_whose_file_was_deleted_is_taken_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("prices.db");
        let mut lock = take(&store, "here").unwrap();
        fs::remove_file(file_of(&store)).unwrap();
        assert!(!lock.stands());
        lock.renew().unwrap();
        assert_eq!(address(Holder::of(&store)).as_deref(), Some("here"));
    }

    #[test]
    fn somebody_elses_file_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("prices.db");
        fs::write(file_of(&store), "theirs").unwrap();
        drop(take(&store, "here").unwrap());
        assert_eq!(fs::read_to_string(file_of(&store)).unwrap(), "theirs");
    }
}

//! A copy of a store in one file, made while others use the store, and the way back.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process;

use jiff::Timestamp;
use market::{StoreError, StoreTrouble};
use rusqlite::{Connection, Result as Done};

use crate::file::beside;
use crate::lock::Lock;
use crate::sqlite::aside::{self, Because};
use crate::sqlite::occupant::make_folder;
use crate::sqlite::{check, failure, open};

/// What a copy of a store holds. It has been read through, and is sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Its size.
    pub bytes: u64,
    /// Bars, every version of each.
    pub bars: u64,
    /// Prices of instruments, every version of each.
    pub prices: u64,
}

/// A store that came from a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What it holds.
    pub copied: Copied,
    /// Where the store is now that was there before.
    pub replaced: Option<PathBuf>,
}

/// Copies a store, as it is at one instant, into a file that is not there yet.
///
/// # Errors
///
/// Where the store cannot be read, the file is there or cannot be written, or the copy is
/// not sound. Then there is no file.
pub(crate) fn back_up(path: &Path, to: &Path) -> Result<Copied, StoreError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(is_there(to));
    }
    let opened = open::for_copying(path)?;
    with_unfinished(to, |unfinished| {
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(unfinished);
        let made = made.map_err(|error| failure::of_io(to, "be written", error))?;
        vacuum_into(&opened.connection, unfinished).map_err(|error| failure::at(path, error))?;
        made.sync_all().map_err(|error| failure::of_io(to, "be written", error))?;
        let copied = looked_through(unfinished)?;
        // Unlike a renaming this replaces nothing that has come meanwhile.
        fs::hard_link(unfinished, to).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => is_there(to),
            _ => failure::of_io(to, "be written", error),
        })?;
        sync_folder(to);
        Ok(copied)
    })
}

/// Puts a copy in the place of a store, brought up to date. What was there is kept beside.
///
/// # Errors
///
/// Where a service uses the store, or the copy is none or not sound. Then the store is as
/// it was.
pub(crate) fn restore(path: &Path, from: &Path, now: Timestamp) -> Result<Restored, StoreError> {
    let copy = open::occupant(from, None)?.ok_or_else(|| failure::nothing(from))?;
    if copy.is_empty() || !copy.is_surely_ours() {
        return Err(failure::no_database(from));
    }
    if open::has_log(from) {
        return Err(is_in_use(from));
    }
    make_folder(path)?;
    let mut lock = Lock::of(path, "nobody, while it is restored");
    lock.take()?;
    let before = open::occupant(path, None)?;
    with_unfinished(path, |unfinished| {
        let failed = |error| failure::of_io(path, "be written", error);
        copy.copy_to(unfinished, 0o600).map_err(failed)?;
        drop(open::for_writing(unfinished)?);
        let copied = looked_through(unfinished)?;
        let replaced = before.is_some().then(|| aside::set(path, now, Because::Replaced));
        let replaced = replaced.transpose()?;
        fs::rename(unfinished, path).map_err(failed)?;
        sync_folder(path);
        Ok(Restored { copied, replaced })
    })
}

/// Works on a file beside another, of which nothing is left afterwards.
fn with_unfinished<T>(
    path: &Path,
    work: impl FnOnce(&Path) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let unfinished = beside(path, &format!(".{}.part", process::id()));
    let done = work(&unfinished);
    for suffix in ["", "-wal", "-shm"] {
        // What failed is reported; that this fails too adds nothing.
        let _ = fs::remove_file(beside(&unfinished, suffix));
    }
    done
}

/// All of a store as of one instant, without what was deleted:
/// <https://sqlite.org/lang_vacuum.html#vacuuminto>.
fn vacuum_into(connection: &Connection, to: &Path) -> Done<()> {
    connection.execute("VACUUM INTO ?1", [to.to_string_lossy()]).map(drop)
}

/// What a file holds that nobody else uses.
fn looked_through(path: &Path) -> Result<Copied, StoreError> {
    let read = || {
        let connection = open::for_reading(path, open::Reading::Frozen)?;
        let count = |table| {
            let count = format!("SELECT count(*) FROM {table}");
            connection.query_row(&count, [], |row| row.get::<_, i64>(0)).map(i64::cast_unsigned)
        };
        // What a row of an older version stands for shows once it is brought up to date.
        let is_newest = open::is_newest(&connection)?;
        let faults = if is_newest { check::faults } else { check::whole };
        Ok((faults(&connection)?, count("bar")?, count("quote")?))
    };
    let (faults, bars, prices) = read().map_err(|error| failure::at(path, error))?;
    if !faults.is_empty() {
        return Err(failure::found(path, &faults));
    }
    Ok(Copied { bytes: path.metadata().map_or(0, |it| it.len()), bars, prices })
}

/// A file that has a name after a power cut as well. Not every disk can be asked for that.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let _ = File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
}

fn is_there(path: &Path) -> StoreError {
    let why = format!("{} is there already; name a new file", path.display());
    StoreError::troubled(StoreTrouble::NotOurs, why)
}

fn is_in_use(path: &Path) -> StoreError {
    let why = format!(
        "{} has a log beside it, as a store has that is used; `marketpulse backup` makes a copy of it",
        path.display()
    );
    StoreError::troubled(StoreTrouble::NotOurs, why)
}

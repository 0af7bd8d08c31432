use std::io::{self, ErrorKind};
use std::path::Path;

use market::{StoreError, StoreTrouble};
use rusqlite::{Error, ErrorCode, ffi};
use rustix::fs::{Access, access};
use rustix::io::Errno;

/// Says what an SQLite failure means for the store in this file.
pub(crate) fn at(path: &Path, error: Error) -> StoreError {
    let file = path.display();
    let failure = match error.sqlite_error_code() {
        // Whose it is has been looked at before, so it was a database of ours.
        Some(ErrorCode::NotADatabase) => StoreError::damaged(format!(
            "{file} is not an SQLite database any more; restore it from a copy"
        )),
        Some(ErrorCode::DatabaseCorrupt) => {
            StoreError::damaged(format!("{file}: {error}; restore it from a copy"))
        }
        Some(code) => {
            let trouble = trouble(path, code);
            StoreError::troubled(trouble, unusable(path, trouble, &error))
        }
        // What SQLite read, and we could not make sense of.
        None if is_senseless(&error) => StoreError::damaged(format!("{file}: {error}")),
        None => StoreError::unusable(format!("{file}: {error}")),
    };
    failure.caused_by(error)
}

/// What to say of a file that is something else.
pub(crate) fn no_database(path: &Path) -> StoreError {
    let file = path.display();
    let why = format!("{file} is not an SQLite database; move it away or name another file");
    StoreError::troubled(StoreTrouble::NotOurs, why)
}

/// What to say where there is nothing.
pub(crate) fn nothing(path: &Path) -> StoreError {
    StoreError::troubled(
        StoreTrouble::Gone,
        format!("{} cannot be opened: it is not there", path.display()),
    )
}

/// What to say of a database that is somebody else's.
pub(crate) fn another_programs(path: &Path) -> StoreError {
    let why = format!("{} is a database of another program; name another file", path.display());
    StoreError::troubled(StoreTrouble::NotOurs, why)
}

/// What to say of a file with which the system does not let us do something.
pub(crate) fn of_io(path: &Path, what: &str, error: io::Error) -> StoreError {
    let why = format!("{} cannot {what}: {error}", path.display());
    StoreError::troubled(trouble_of_io(&error), why).caused_by(error)
}

/// What to say of a folder that cannot be made.
pub(crate) fn of_folder(folder: &Path, error: io::Error) -> StoreError {
    let why = format!("the folder {} cannot be created: {error}", folder.display());
    let trouble = match error.kind() {
        // A file is in its way.
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => StoreTrouble::NotOurs,
        _ => trouble_of_io(&error),
    };
    StoreError::troubled(trouble, why).caused_by(error)
}

fn trouble_of_io(error: &io::Error) -> StoreTrouble {
    match error.kind() {
        ErrorKind::PermissionDenied => StoreTrouble::Denied,
        ErrorKind::ReadOnlyFilesystem => StoreTrouble::ReadOnly,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreTrouble::Full,
        ErrorKind::NotFound => StoreTrouble::Gone,
        _ => StoreTrouble::Failing,
    }
}

fn trouble(path: &Path, code: ErrorCode) -> StoreTrouble {
    match code {
        // SQLite says no more where it cannot put its log beside the file.
        ErrorCode::CannotOpen if is_read_only_there(path) => StoreTrouble::ReadOnly,
        ErrorCode::CannotOpen | ErrorCode::PermissionDenied => StoreTrouble::Denied,
        ErrorCode::ReadOnly => StoreTrouble::ReadOnly,
        ErrorCode::DiskFull => StoreTrouble::Full,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreTrouble::Locked,
        ErrorCode::SystemIoFailure => StoreTrouble::Failing,
        _ => StoreTrouble::Other,
    }
}

/// Whether nobody can write where the file is, whatever his rights.
///
/// The folder is asked: whoever opens and closes the file gives up SQLite's locks on it.
fn is_read_only_there(path: &Path) -> bool {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    access(folder.unwrap_or(Path::new(".")), Access::WRITE_OK) == Err(Errno::ROFS)
}

/// What to say of a file that may only be read.
pub(crate) fn read_only(path: &Path) -> StoreError {
    at(path, Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_READONLY), None))
}

/// What to say of a file that somebody else keeps to himself.
pub(crate) fn locked(path: &Path) -> StoreError {
    at(path, Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None))
}

/// What to say of a file in which a check found faults.
pub(crate) fn found(path: &Path, faults: &[String]) -> StoreError {
    StoreError::damaged(format!("{}: {}", path.display(), faults.join("; ")))
}

fn unusable(path: &Path, trouble: StoreTrouble, error: &Error) -> String {
    let file = path.display();
    match trouble {
        StoreTrouble::Denied => {
            format!("{file} cannot be opened; it must be a file in a folder we may write to")
        }
        StoreTrouble::ReadOnly => {
            format!("{file} is read-only; the file and its folder must be writable")
        }
        StoreTrouble::Full => format!("the disk that holds {file} is full; make room there"),
        StoreTrouble::Locked => {
            format!("{file} is locked by another program; try again when that has finished")
        }
        _ => format!("{file}: {error}"),
    }
}

fn is_senseless(error: &Error) -> bool {
    matches!(
        error,
        Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..)
            | Error::Utf8Error(..)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: i32) -> StoreError {
        at(Path::new("data/prices.db"), Error::SqliteFailure(ffi::Error::new(code), None))
    }

    #[test]
    fn damage_is_distinguished_from_trouble_and_both_name_the_file() {
        let damaged = [ffi::SQLITE_CORRUPT, ffi::SQLITE_CORRUPT_INDEX, ffi::SQLITE_NOTADB];
        let unusable = [
            ffi::SQLITE_FULL,
            ffi::SQLITE_READONLY,
            ffi::SQLITE_BUSY,
            ffi::SQLITE_LOCKED,
            ffi::SQLITE_CANTOPEN,
            ffi::SQLITE_IOERR_WRITE,
        ];
        for code in damaged {
            assert!(matches!(of(code), StoreError::Damaged { .. }), "{code}");
        }
        for code in unusable {
            assert!(matches!(of(code), StoreError::Unusable { .. }), "{code}");
        }
        for code in damaged.into_iter().chain(unusable) {
            assert!(of(code).to_string().contains("data/prices.db"), "{code}");
        }
    }

    #[test]
    fn each_trouble_says_what_would_help() {
        assert!(of(ffi::SQLITE_FULL).to_string().contains("make room"));
        assert!(of(ffi::SQLITE_READONLY).to_string().contains("must be writable"));
        assert!(of(ffi::SQLITE_BUSY).to_string().contains("locked by another program"));
    }

    #[test]
    fn what_sqlite_reported_stays_the_cause() {
        let busy = of(ffi::SQLITE_BUSY);
        let cause = std::error::Error::source(&busy).unwrap().to_string();
        assert!(cause.contains("database is locked"), "{cause}");
        assert!(busy.in_full().ends_with(&cause), "{}", busy.in_full());
        let torn = of(ffi::SQLITE_CORRUPT);
        assert_eq!(torn.in_full(), torn.to_string(), "the sentence quotes it already");
    }
}

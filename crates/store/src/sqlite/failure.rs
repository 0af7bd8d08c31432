use std::path::Path;

use market::StoreError;
use rusqlite::{Error, ErrorCode, ffi};

/// Says what an SQLite failure means for the store in this file.
pub(crate) fn at(path: &Path, error: Error) -> StoreError {
    let file = path.display();
    let failure = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::damaged(format!(
            "{file} is not an SQLite database; move it away or name another file"
        )),
        Some(ErrorCode::DatabaseCorrupt) => {
            StoreError::damaged(format!("{file}: {error}; restore it from a copy"))
        }
        Some(code) => StoreError::unusable(unusable(path, code, &error)),
        // What SQLite read, and we could not make sense of.
        None if is_senseless(&error) => StoreError::damaged(format!("{file}: {error}")),
        None => StoreError::unusable(format!("{file}: {error}")),
    };
    failure.caused_by(error)
}

/// What to say of a file that may only be read.
pub(crate) fn read_only(path: &Path) -> StoreError {
    at(path, Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_READONLY), None))
}

/// What to say of a file in which a check found faults.
pub(crate) fn found(path: &Path, faults: &[String]) -> StoreError {
    StoreError::damaged(format!("{}: {}", path.display(), faults.join("; ")))
}

fn unusable(path: &Path, code: ErrorCode, error: &Error) -> String {
    let file = path.display();
    match code {
        ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
            format!("{file} cannot be opened; it must be a file in a folder we may write to")
        }
        ErrorCode::ReadOnly => {
            format!("{file} is read-only; the file and its folder must be writable")
        }
        ErrorCode::DiskFull => format!("the disk that holds {file} is full; make room there"),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
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
    fn damage_is_told_from_trouble_and_both_name_the_file() {
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

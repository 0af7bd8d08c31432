use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use market::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Result, TransactionBehavior};

use crate::sqlite::{check, failure};

/// Each takes the schema from one version to the next. A released one is never
/// edited: files in the field have already been through it.
const MIGRATIONS: [&str; 7] = [
    include_str!("migrations/0001_prices.sql"),
    include_str!("migrations/0002_bases.sql"),
    include_str!("migrations/0003_listings.sql"),
    include_str!("migrations/0004_payments.sql"),
    include_str!("migrations/0005_two_times.sql"),
    include_str!("migrations/0006_changes.sql"),
    include_str!("migrations/0007_quotes.sql"),
];

/// Says in the file's header whose it is: the letters M, P, s and t.
const APPLICATION_ID: i64 = 0x4d50_7374;

/// How long to wait for another program that holds the file, such as
/// `marketpulse check` beside a running service.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens the file for writing, creating and migrating it as needed.
pub(crate) fn for_writing(path: &Path) -> Result<Connection, StoreError> {
    prepared(path, opened(path)?)
}

/// As [`for_writing`], after a look for damage that changes nothing.
pub(crate) fn for_writing_if_sound(path: &Path) -> Result<Connection, StoreError> {
    let connection = opened(path)?;
    let faults = check::quick(&connection).map_err(|error| failure::at(path, error))?;
    if faults.is_empty() { prepared(path, connection) } else { Err(failure::found(path, &faults)) }
}

fn opened(path: &Path) -> Result<Connection, StoreError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            let why = format!("the folder {} cannot be created: {error}", folder.display());
            StoreError::unusable(why).caused_by(error)
        })?;
    }
    let named = |error| failure::at(path, error);
    let connection = Connection::open_with_flags(path, flags(true)).map_err(named)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(named)?;
    // Before anything is changed: the file may be another program's, or
    // damaged. Nor must closing it then fold a log into it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(named)?;
    expect_ours(path, &connection)?;
    Ok(connection)
}

fn prepared(path: &Path, mut connection: Connection) -> Result<Connection, StoreError> {
    let named = |error| failure::at(path, error);
    set_up(&connection).map_err(named)?;
    migrate(&mut connection).map_err(named)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(named)?;
    Ok(connection)
}

/// How a file is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reading {
    /// Beside others, who may be writing.
    Shared,
    /// Alone: SQLite can put nothing beside the file, so nobody can write.
    Frozen,
}

/// How a file can be read that cannot be written, and may be in a folder where
/// nothing can.
pub(crate) fn reading_only(path: &Path) -> Result<Reading, StoreError> {
    let readable = |how| {
        let connection = for_reading(path, how).map_err(|error| failure::at(path, error))?;
        expect_ours(path, &connection)?;
        expect_newest(path, &connection)
    };
    match readable(Reading::Shared) {
        Ok(()) => Ok(Reading::Shared),
        // A file alone would be read without what is still in its log.
        Err(_) if !has_log(path) => readable(Reading::Frozen).map(|()| Reading::Frozen),
        Err(error) => Err(error),
    }
}

fn has_log(path: &Path) -> bool {
    let log = beside(path, "-wal");
    // Where that cannot be found out, better say that it cannot be read.
    !matches!(log.metadata(), Err(error) if error.kind() == ErrorKind::NotFound)
        && !matches!(log.metadata(), Ok(log) if log.len() == 0)
}

/// The name of a file that SQLite has beside the store's.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Opens a file that [`for_writing`] has prepared.
pub(crate) fn for_reading(path: &Path, how: Reading) -> Result<Connection> {
    let connection = match how {
        Reading::Shared => Connection::open_with_flags(path, flags(false))?,
        Reading::Frozen => {
            Connection::open_with_flags(frozen(path), flags(false) | OpenFlags::SQLITE_OPEN_URI)?
        }
    };
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

/// A path as the URI by which SQLite takes it for a file that never changes:
/// <https://sqlite.org/uri.html>.
fn frozen(path: &Path) -> String {
    let path = path.to_string_lossy();
    let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?immutable=1")
}

fn flags(write: bool) -> OpenFlags {
    let mode = if write {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    } else {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    };
    // A connection is only ever used by one thread at a time.
    mode | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn set_up(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "journal_mode", "wal")?;
    // With the log, a power cut can lose the last moments, never the file.
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // After a burst of writing the log gives its room on disk back.
    connection.pragma_update(None, "journal_size_limit", 64 << 20)
}

fn expect_ours(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    let named = |error| failure::at(path, error);
    let file = path.display();
    let id = number(connection, "application_id").map_err(named)?;
    let is_empty = connection
        .query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
        .map_err(named)?;
    if id != APPLICATION_ID && !(id == 0 && is_empty) {
        let why = format!("{file} is a database of another program; name another file");
        return Err(StoreError::unusable(why));
    }
    let version = number(connection, "user_version").map_err(named)?;
    let newest = MIGRATIONS.len();
    if usize::try_from(version).is_ok_and(|version| version <= newest) {
        return Ok(());
    }
    Err(StoreError::unusable(format!(
        "{file} has schema version {version} and this marketpulse knows versions up to {newest}; \
         use the newer marketpulse that wrote it, or name another file"
    )))
}

fn expect_newest(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    let version = number(connection, "user_version").map_err(|error| failure::at(path, error))?;
    let newest = MIGRATIONS.len();
    if usize::try_from(version).is_ok_and(|version| version == newest) {
        return Ok(());
    }
    Err(StoreError::unusable(format!(
        "{} has schema version {version} and needs {newest}, which takes one start that may write to it",
        path.display()
    )))
}

/// One transaction for all steps, taken before the version is read: of two
/// programs that start at once the second finds the work done.
fn migrate(connection: &mut Connection) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = number(&transaction, "user_version")?;
    for (version, step) in (1_i64..).zip(MIGRATIONS).filter(|&(version, _)| version > done) {
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", version)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.commit()
}

fn number(connection: &Connection, pragma: &str) -> Result<i64> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}

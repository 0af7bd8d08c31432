use std::path::Path;
use std::time::Duration;

use market::StoreError;
use rusqlite::{Connection, OpenFlags, Result, TransactionBehavior};

use crate::failure;

/// Each takes the schema from one version to the next. A released one is never
/// edited: files in the field have already been through it.
const MIGRATIONS: [&str; 1] = [include_str!("../migrations/0001_prices.sql")];

/// Says in the file's header whose it is: the letters M, P, s and t.
const APPLICATION_ID: i64 = 0x4d50_7374;

/// How long to wait for another program that holds the file, such as
/// `marketpulse check` beside a running service.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens the file for writing, creating and migrating it as needed.
pub(crate) fn for_writing(path: &Path) -> Result<Connection, StoreError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            let folder = folder.display();
            StoreError::Unusable(format!("the folder {folder} cannot be created: {error}"))
        })?;
    }
    let named = |error| failure::at(path, &error);
    let mut connection = Connection::open_with_flags(path, flags(true)).map_err(named)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(named)?;
    // Before anything is changed: the file may be another program's.
    expect_ours(path, &connection)?;
    set_up(&connection).map_err(named)?;
    migrate(&mut connection).map_err(named)?;
    Ok(connection)
}

/// Opens a file that [`for_writing`] has prepared.
pub(crate) fn for_reading(path: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, flags(false))?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
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
    let named = |error| failure::at(path, &error);
    let file = path.display();
    let id = number(connection, "application_id").map_err(named)?;
    let is_empty = connection
        .query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
        .map_err(named)?;
    if id != APPLICATION_ID && !(id == 0 && is_empty) {
        let why = format!("{file} is a database of another program; name another file");
        return Err(StoreError::Unusable(why));
    }
    let version = number(connection, "user_version").map_err(named)?;
    let newest = MIGRATIONS.len();
    if usize::try_from(version).is_ok_and(|version| version <= newest) {
        return Ok(());
    }
    Err(StoreError::Unusable(format!(
        "{file} has schema version {version} and this marketpulse knows versions up to {newest}; \
         use the newer marketpulse that wrote it, or name another file"
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

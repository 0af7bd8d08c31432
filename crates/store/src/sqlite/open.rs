use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use market::{StoreError, StoreTrouble};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Result, TransactionBehavior};

use crate::file::{FileId, beside};
use crate::sqlite::occupant::{APPLICATION_ID, Occupant};
use crate::sqlite::{check, failure};

/// Each takes the schema from one version to the next. A released one is never
/// edited: files in the field have already been through it.
const MIGRATIONS: [&str; 17] = [
    include_str!("migrations/0001_prices.sql"),
    include_str!("migrations/0002_bases.sql"),
    include_str!("migrations/0003_listings.sql"),
    include_str!("migrations/0004_payments.sql"),
    include_str!("migrations/0005_two_times.sql"),
    include_str!("migrations/0006_changes.sql"),
    include_str!("migrations/0007_quotes.sql"),
    include_str!("migrations/0008_spending.sql"),
    include_str!("migrations/0009_set_back.sql"),
    include_str!("migrations/0010_kept.sql"),
    include_str!("migrations/0011_skipped.sql"),
    include_str!("migrations/0012_described.sql"),
    include_str!("migrations/0013_thin.sql"),
    include_str!("migrations/0014_disputed.sql"),
    include_str!("migrations/0015_closes.sql"),
    include_str!("migrations/0016_repairs.sql"),
    include_str!("migrations/0017_identities.sql"),
];

/// How long to wait for another program that holds the file, such as
/// `marketpulse check` beside a running service.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A file that SQLite may write, set up and up to date.
#[derive(Debug)]
pub(crate) struct Opened {
    // Dropped in this order.
    pub(crate) connection: Connection,
    pub(crate) occupant: Arc<Occupant>,
}

/// Opens the file for writing, creating and migrating it as needed.
pub(crate) fn for_writing(path: &Path) -> Result<Opened, StoreError> {
    prepared(path, opened(path, found_or_made(path, None)?)?)
}

/// As [`for_writing`], after a look for damage that changes nothing.
///
/// # Errors
///
/// [`StoreError::Damaged`] only for what is certainly ours: it may be moved.
pub(crate) fn for_writing_if_sound(path: &Path, held: Held<'_>) -> Result<Opened, StoreError> {
    let occupant = found_or_made(path, held)?;
    let sound = || {
        let opened = opened(path, Arc::clone(&occupant))?;
        let faults = check::quick(&opened.connection).map_err(|error| failure::at(path, error))?;
        if faults.is_empty() { prepared(path, opened) } else { Err(failure::found(path, &faults)) }
    };
    sound().map_err(|error| match error {
        StoreError::Damaged { .. } if !occupant.is_surely_ours() => failure::no_database(path),
        error => error,
    })
}

/// The file that is held already, perhaps, so that it is not opened and closed again.
pub(crate) type Held<'a> = Option<&'a Arc<Occupant>>;

/// The file at a path, if there is one and it may become a store's.
pub(crate) fn occupant(path: &Path, held: Held<'_>) -> Result<Option<Arc<Occupant>>, StoreError> {
    let there = FileId::at(path).map_err(|error| failure::of_io(path, "be looked at", error))?;
    match held.filter(|held| Some(held.id()) == there) {
        Some(held) if held.is_empty() => Ok(Some(Arc::clone(held))),
        Some(held) => held.expect_ours(path).map(|()| Some(Arc::clone(held))),
        None => {
            let found = Occupant::find(path)?;
            found.iter().try_for_each(|found| refuse_others(path, found))?;
            Ok(found.map(Arc::new))
        }
    }
}

/// Looks, without a trace, whether it is what other settings alone would help against.
fn refuse_others(path: &Path, occupant: &Occupant) -> Result<(), StoreError> {
    // With a log beside it, only that may say that it is ours.
    if occupant.is_empty() || !occupant.is_surely_ours() && has_log(path) {
        return Ok(());
    }
    let looked = for_reading(path, Reading::Frozen).map_err(|error| failure::at(path, error));
    match looked.and_then(|connection| expect_ours(path, &connection)) {
        Err(error) if error.trouble().is_some_and(StoreTrouble::is_wrong_setting) => Err(error),
        // What else is the matter shows when it is opened.
        _ => Ok(()),
    }
}

fn found_or_made(path: &Path, held: Held<'_>) -> Result<Arc<Occupant>, StoreError> {
    occupant(path, held)?.map_or_else(|| Occupant::create(path).map(Arc::new), Ok)
}

fn opened(path: &Path, occupant: Arc<Occupant>) -> Result<Opened, StoreError> {
    let named = |error| failure::at(path, error);
    let connection = Connection::open_with_flags(path, flags(true)).map_err(named)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(named)?;
    // Before anything is changed: the file may be another program's, or
    // damaged. Nor must closing it then fold a log into it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(named)?;
    expect_ours(path, &connection)?;
    Ok(Opened { connection, occupant })
}

fn prepared(path: &Path, mut opened: Opened) -> Result<Opened, StoreError> {
    let named = |error| failure::at(path, error);
    let connection = &mut opened.connection;
    set_up(connection).map_err(named)?;
    migrate(connection).map_err(named)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(named)?;
    Ok(opened)
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
pub(crate) fn reading_only(
    path: &Path,
    held: Held<'_>,
) -> Result<(Reading, Arc<Occupant>), StoreError> {
    let occupant = occupant(path, held)?.ok_or_else(|| failure::nothing(path))?;
    let (how, connection) = readable(path)?;
    expect_newest(path, &connection)?;
    Ok((how, occupant))
}

/// Opens a file, of this version or an earlier one, to be copied whole.
pub(crate) fn for_copying(path: &Path) -> Result<Opened, StoreError> {
    let occupant = occupant(path, None)?.ok_or_else(|| failure::nothing(path))?;
    let (_, connection) = readable(path)?;
    Ok(Opened { connection, occupant })
}

fn readable(path: &Path) -> Result<(Reading, Connection), StoreError> {
    let read = |how| {
        let connection = for_reading(path, how).map_err(|error| failure::at(path, error))?;
        expect_ours(path, &connection).map(|()| (how, connection))
    };
    match read(Reading::Shared) {
        // A file alone would be read without what is still in its log.
        Err(_) if !has_log(path) => read(Reading::Frozen),
        shared => shared,
    }
}

pub(crate) fn has_log(path: &Path) -> bool {
    let log = beside(path, "-wal");
    // Where that cannot be found out, better say that it cannot be read.
    !matches!(log.metadata(), Err(error) if error.kind() == ErrorKind::NotFound)
        && !matches!(log.metadata(), Ok(log) if log.len() == 0)
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
    if id != i64::from(APPLICATION_ID) && !(id == 0 && is_empty) {
        return Err(failure::another_programs(path));
    }
    let version = number(connection, "user_version").map_err(named)?;
    let newest = MIGRATIONS.len();
    if usize::try_from(version).is_ok_and(|version| version <= newest) {
        return Ok(());
    }
    let why = format!(
        "{file} has schema version {version} and this marketpulse knows versions up to {newest}; \
         use the newer marketpulse that wrote it, or name another file"
    );
    Err(StoreError::troubled(StoreTrouble::Newer, why))
}

/// Whether a file has the schema of this version.
pub(crate) fn is_newest(connection: &Connection) -> Result<bool> {
    let version = number(connection, "user_version")?;
    Ok(usize::try_from(version).is_ok_and(|version| version == MIGRATIONS.len()))
}

fn expect_newest(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    let named = |error| failure::at(path, error);
    if is_newest(connection).map_err(named)? {
        return Ok(());
    }
    let version = number(connection, "user_version").map_err(named)?;
    let newest = MIGRATIONS.len();
    let why = format!(
        "{} has schema version {version} and needs {newest}, which takes one start that may write to it",
        path.display()
    );
    Err(StoreError::troubled(StoreTrouble::ReadOnly, why))
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

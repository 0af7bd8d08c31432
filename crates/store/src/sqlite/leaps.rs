//! What a clock that was set ahead did not show.
//!
//! Which revision was known at such an instant depends on it, also while the file
//! cannot be written: until it can, it is held in memory.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::rules::Moment;

/// The instants between two that a clock did not show, or not a second time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leap {
    /// The last revision that was known when it was noticed.
    pub(crate) last_revision: i64,
    pub(crate) skipped: Range<Moment>,
}

impl Leap {
    /// As noticed now; of a store without revisions there is nothing to note.
    fn noticed(connection: &Connection, skipped: Range<Moment>) -> Result<Option<Self>> {
        let last: Option<i64> =
            connection.query_row("SELECT max(id) FROM revision", [], |row| row.get(0))?;
        Ok(last.map(|last_revision| Self { last_revision, skipped }))
    }

    /// Whether it skips an instant, and ended in a run that begins with a revision.
    fn hides(&self, at: Moment, first: i64) -> bool {
        self.skipped.start < at && at < self.skipped.end && self.last_revision >= first
    }
}

/// Stores a leap.
pub(crate) fn persist(connection: &Connection, leap: &Leap) -> Result<()> {
    connection.execute(
        "INSERT INTO skipped (last_revision, begins, ends) VALUES (?1, ?2, ?3)",
        params![leap.last_revision, leap.skipped.start, leap.skipped.end],
    )?;
    Ok(())
}

/// The last leap over an instant after a run had begun, of those that are stored and
/// those that are held.
pub(crate) fn over(
    connection: &Connection,
    held: &[Leap],
    at: Moment,
    first: i64,
) -> Result<Option<Leap>> {
    let mut select = connection.prepare_cached(
        "SELECT last_revision, begins, ends FROM skipped
         WHERE begins < ?1 AND ?1 < ends AND last_revision >= ?2
         ORDER BY last_revision DESC LIMIT 1",
    )?;
    let stored = select.query_row(params![at, first], |row| {
        Ok(Leap { last_revision: row.get(0)?, skipped: row.get(1)?..row.get(2)? })
    });
    let held = held.iter().filter(|leap| leap.hides(at, first)).cloned();
    Ok(stored.optional()?.into_iter().chain(held).max_by_key(|leap| leap.last_revision))
}

/// The leaps that are not stored yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held(Arc<Mutex<Vec<Leap>>>);

impl Held {
    pub(crate) fn all(&self) -> Vec<Leap> {
        self.leaps().clone()
    }

    /// Holds a leap from when it is first told of.
    pub(crate) fn hold(
        &self,
        connection: &Connection,
        skipped: &Range<Moment>,
    ) -> Result<Option<Leap>> {
        let mut leaps = self.leaps();
        if let Some(leap) = leaps.iter().find(|leap| leap.skipped == *skipped) {
            return Ok(Some(leap.clone()));
        }
        let noticed = Leap::noticed(connection, skipped.clone())?;
        leaps.extend(noticed.clone());
        Ok(noticed)
    }

    /// It is stored.
    pub(crate) fn let_go(&self, leap: &Leap) {
        self.leaps().retain(|it| it != leap);
    }

    fn leaps(&self) -> MutexGuard<'_, Vec<Leap>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

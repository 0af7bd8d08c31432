use std::ops::Deref;

use rusqlite::{Connection, Result, Transaction};

use crate::rules::{Moment, Revision};
use crate::sqlite::leaps::Leap;
use crate::sqlite::revisions;

/// The store as it stands at one moment.
pub(crate) struct Snapshot<'a> {
    pub(crate) transaction: Transaction<'a>,
    /// What the clock leapt over and is not stored yet.
    pub(crate) leaps: Vec<Leap>,
}

impl Snapshot<'_> {
    /// The last revision that was known at an instant; the newest of all where none is
    /// given. Of instants that a clock showed twice, the second time counts.
    pub(crate) fn by(&self, at: Option<Moment>) -> Result<Revision> {
        at.map_or(Ok(Revision::MAX), |at| revisions::by(self, &self.leaps, at))
    }
}

impl Deref for Snapshot<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.transaction
    }
}

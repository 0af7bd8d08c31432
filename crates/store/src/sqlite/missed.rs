//! Bars that an answer lacked and that are in force until another lacks them too.

use std::collections::BTreeSet;

use market::Slot;
use rusqlite::{Connection, Result, params};

use crate::rules::{APART_MS, Moment, SeriesId, Slots};
use crate::sqlite::columns::slot;

/// The slots that an answer lacked some time ago.
pub(crate) fn missed(
    connection: &Connection,
    series_id: SeriesId,
    Slots { first, last }: Slots,
    now: Moment,
) -> Result<BTreeSet<Slot>> {
    let mut select = connection.prepare_cached(
        "SELECT slot FROM missed_bar
         WHERE series_id = ?1 AND slot BETWEEN ?2 AND ?3 AND abs(?4 - received_at) >= ?5",
    )?;
    let stretch = params![series_id.0, first.number(), last.number(), now, APART_MS];
    select.query_map(stretch, |row| slot(row, 0))?.collect()
}

/// Notes which slots an answer lacks, of those that it concerns, and forgets which
/// were missed before.
pub(crate) fn note_missed(
    connection: &Connection,
    series_id: SeriesId,
    Slots { first, last }: Slots,
    missed: &[Slot],
    received_at: Moment,
) -> Result<()> {
    let mut add = connection.prepare_cached(
        "INSERT OR IGNORE INTO missed_bar (series_id, slot, received_at) VALUES (?1, ?2, ?3)",
    )?;
    for slot in missed {
        add.execute(params![series_id.0, slot.number(), received_at])?;
    }
    let still = |slot: &Slot| missed.binary_search(slot).is_ok();
    let mut all = connection.prepare_cached(
        "SELECT slot FROM missed_bar WHERE series_id = ?1 AND slot BETWEEN ?2 AND ?3",
    )?;
    let stretch = params![series_id.0, first.number(), last.number()];
    let noted: Vec<Slot> = all.query_map(stretch, |row| slot(row, 0))?.collect::<Result<_>>()?;
    let mut forget =
        connection.prepare_cached("DELETE FROM missed_bar WHERE series_id = ?1 AND slot = ?2")?;
    for slot in noted.into_iter().filter(|slot| !still(slot)) {
        forget.execute(params![series_id.0, slot.number()])?;
    }
    Ok(())
}

use rusqlite::{Connection, Result};

use crate::{instruments, quotes};

/// Everything found wrong, as sentences; empty for a sound store.
///
/// SQLite checks its own structure, every index and the constraints of the
/// schema; we read back what has a meaning to us, and look for answers that
/// lost bars.
pub(crate) fn faults(connection: &Connection) -> Result<Vec<String>> {
    let mut faults: Vec<String> = connection
        .prepare("PRAGMA integrity_check")?
        .query_map([], |row| row.get(0))?
        .filter(|line| line.as_ref().map_or(true, |line: &String| line != "ok"))
        .collect::<Result<_>>()?;
    faults.extend(orphans(connection)?);
    faults.extend(answers_that_lost_bars(connection)?);
    // These fail where a row cannot be read back as what it stands for.
    quotes::latest(connection)?;
    instruments::latest(connection)?;
    Ok(faults)
}

fn orphans(connection: &Connection) -> Result<Vec<String>> {
    connection
        .prepare("SELECT DISTINCT \"table\", parent FROM pragma_foreign_key_check")?
        .query_map([], |row| {
            let (table, parent): (String, String) = (row.get(0)?, row.get(1)?);
            Ok(format!("rows of {table} belong to no {parent}"))
        })?
        .collect()
}

fn answers_that_lost_bars(connection: &Connection) -> Result<Vec<String>> {
    connection
        .prepare(
            "SELECT symbol || ' ' || interval || ' ' || span || ' of ' || source
             FROM answer
             WHERE bars > (SELECT count(DISTINCT open_time) FROM bar
                           WHERE bar.series_id = answer.series_id
                             AND open_time BETWEEN first_open AND last_open)",
        )?
        .query_map([], |row| row.get::<_, String>(0))?
        .map(|answer| Ok(format!("bars are missing from the answer to {}", answer?)))
        .collect()
}

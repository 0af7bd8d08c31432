use rusqlite::{Connection, OptionalExtension, Result};

use crate::sqlite::{instruments, quotes, spending};

/// Everything found wrong, as sentences; empty for a sound store.
///
/// SQLite checks its own structure, every index and the constraints of the
/// schema; we read back what has a meaning to us, and look for answers that
/// lost bars.
pub(crate) fn faults(connection: &Connection) -> Result<Vec<String>> {
    let mut faults = whole(connection)?;
    faults.extend(orphans(connection)?);
    faults.extend(answers_that_lost_bars(connection)?);
    // These fail where a row cannot be read back as what it stands for.
    quotes::latest(connection)?;
    instruments::latest(connection)?;
    spending::all(connection)?;
    Ok(faults)
}

/// What SQLite finds wrong anywhere, as sentences.
pub(crate) fn whole(connection: &Connection) -> Result<Vec<String>> {
    reported(connection, "PRAGMA integrity_check")
}

/// Files of up to this size are looked through in whole when they are opened,
/// which takes some hundredth of a second.
const LOOKED_THROUGH_BYTES: i64 = 16 << 20;

/// What SQLite finds wrong at a first look, as sentences: in a small file
/// anywhere, in a large one in all but bars and actions, of which only the way
/// to the first and the last is tried. Damage elsewhere in them costs the
/// stretch it is in, not the store.
pub(crate) fn quick(connection: &Connection) -> Result<Vec<String>> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if pragma("page_count")? * pragma("page_size")? <= LOOKED_THROUGH_BYTES {
        return reported(connection, "PRAGMA quick_check");
    }
    let tables: Vec<String> = connection
        .prepare(
            "SELECT name FROM sqlite_schema
             WHERE type = 'table' AND name NOT IN ('bar', 'action')",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_>>()?;
    let mut faults = Vec::new();
    for column in ["series_id FROM bar", "symbol FROM action"] {
        for end in ["ASC", "DESC"] {
            let select = format!("SELECT {column} ORDER BY 1 {end} LIMIT 1");
            connection.query_row(&select, [], |_| Ok(())).optional()?;
        }
    }
    for table in tables {
        faults.extend(reported(connection, &format!("PRAGMA quick_check('{table}')"))?);
    }
    Ok(faults)
}

/// What a check by SQLite reports as wrong.
fn reported(connection: &Connection, check: &str) -> Result<Vec<String>> {
    connection
        .prepare(check)?
        .query_map([], |row| row.get(0))?
        .filter(|line| line.as_ref().map_or(true, |line: &String| line != "ok"))
        .collect()
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
             FROM answer JOIN question ON question.id = answer.question
             WHERE bars > (SELECT count(DISTINCT slot) FROM bar
                           WHERE bar.series_id = answer.series_id
                             AND slot BETWEEN first_slot AND last_slot)",
        )?
        .query_map([], |row| row.get::<_, String>(0))?
        .map(|answer| Ok(format!("bars are missing from the answer to {}", answer?)))
        .collect()
}

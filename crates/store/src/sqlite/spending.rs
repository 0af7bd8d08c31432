//! What is left of each upstream's budget, and of its pause.

use std::time::Duration;

use market::{Source, Spending};
use rusqlite::{Connection, Result, Row, params};

use crate::sqlite::columns::{instant, ms};

pub(crate) fn persist(connection: &Connection, spending: &Spending) -> Result<()> {
    let mut replace = connection.prepare_cached(
        "INSERT OR REPLACE INTO spending (upstream, at, requests_left, pause_ms) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let pause_ms = i64::try_from(spending.pause.as_millis()).unwrap_or(i64::MAX);
    let upstream = spending.upstream.as_str();
    replace.execute(params![upstream, ms(spending.at), spending.left, pause_ms])?;
    Ok(())
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<Spending>> {
    let mut select = connection.prepare_cached("SELECT * FROM spending")?;
    select.query_map([], read)?.collect()
}

fn read(row: &Row<'_>) -> Result<Spending> {
    let pause_ms: i64 = row.get("pause_ms")?;
    Ok(Spending {
        upstream: Source::new(&row.get::<_, String>("upstream")?),
        left: row.get("requests_left")?,
        pause: Duration::from_millis(pause_ms.unsigned_abs()),
        at: instant(row, "at")?,
    })
}

use std::collections::{BTreeMap, BTreeSet};

use market::{Bar, Saved, Series, Slot};
use rusqlite::{Connection, Result, Row, Rows, params};

use crate::rules::{Moment, Revision, SeriesId, Slots, Spoken, Version, changes};
use crate::sqlite::columns::{date_of, day, instant, ms, number, price_if_any, slot};

/// How long after a bar was missed first another answer may be the second to lack
/// it: two of one moment can both be half of one.
const APART_MS: i64 = 30_000;

/// Writes what an answer changes. Slots that an answer received later spoke for are
/// `settled` by that one.
pub(crate) fn persist(
    connection: &Connection,
    series_id: SeriesId,
    answer: &Series,
    (spoken, settled): (Spoken, &[Slots]),
    (received_at, since): (Moment, Revision),
) -> Result<Saved> {
    let concerned = [Slots::of(answer), spoken.stretch, spoken.after].into_iter().flatten();
    let Some(concerned) = concerned.reduce(Slots::with) else { return Ok(Saved::default()) };
    let held = in_force(connection, series_id, concerned, Revision::MAX)?.bars;
    let held: BTreeMap<Slot, Bar> = held.into_iter().map(|(slot, it)| (slot, it.value)).collect();
    let missed = missed(connection, series_id, concerned, received_at)?;
    let changes = changes(&held, answer, &spoken, &missed);
    let is_open = |slot: &Slot| !settled.iter().any(|settled| settled.contains(*slot));
    for (slot, bar) in changes.told.iter().filter(|(slot, _)| is_open(slot)) {
        insert(connection, (series_id, *slot, since), bar)?;
    }
    for slot in changes.withdrawn.iter().filter(|slot| is_open(slot)) {
        end(connection, (series_id, *slot, since))?;
    }
    note_missed(connection, series_id, concerned, &changes.missed, received_at)?;
    Ok(if settled.is_empty() { changes.saved } else { Saved::default() })
}

/// Bars of these slots, each in the version in force at a revision, by slot; those
/// withdrawn by then and those not yet known are left out.
pub(crate) fn in_force(
    connection: &Connection,
    series_id: SeriesId,
    Slots { first, last }: Slots,
    by: Revision,
) -> Result<InForce> {
    let mut select = connection.prepare_cached(STRETCH)?;
    let mut found = Found { by, ..Found::default() };
    let mut go_on_from = Some(last);
    while let Some(last) = go_on_from {
        let rows = select.query(params![series_id.0, first.number(), last.number()])?;
        go_on_from = found.collect(rows)?;
    }
    found.known.bars.reverse();
    Ok(found.known)
}

/// Bars by slot, oldest first.
#[derive(Default)]
pub(crate) struct InForce {
    pub(crate) bars: Vec<(Slot, Version<Bar>)>,
    /// Since when it is so: of the bars, and of those that are in force no more.
    pub(crate) newest: Revision,
}

/// One range of the table's key, from its end to its beginning, so that of the
/// versions of a bar the latest comes first.
const STRETCH: &str = "
    SELECT open_time, date, open, high, low, close, adj_close, volume, provisional, slot, since
    FROM bar WHERE series_id = ?1 AND slot BETWEEN ?2 AND ?3
    ORDER BY slot DESC, since DESC";

/// From this many versions of a bar on, looking for the next bar is quicker
/// than stepping over the rest. A day's bar has hundreds where it was asked for
/// every few minutes while it was running.
const VERSIONS_STEPPED_OVER: usize = 8;

/// What was found in force, the newest bar first.
#[derive(Default)]
struct Found {
    by: Revision,
    known: InForce,
    /// The slot whose version in force was found last, or that it has no bar.
    last_slot: Option<Slot>,
    stepped_over: usize,
}

impl Found {
    /// Takes in rows to their end, or until it is better to go on with another
    /// query, from the slot returned.
    fn collect(&mut self, mut rows: Rows<'_>) -> Result<Option<Slot>> {
        while let Some(row) = rows.next()? {
            let slot = slot(row, 9)?;
            let since: Revision = row.get(10)?;
            if self.last_slot == Some(slot) {
                self.stepped_over += 1;
                if self.stepped_over > VERSIONS_STEPPED_OVER {
                    return Ok(Some(Slot::from_number(slot.number().saturating_sub(1))));
                }
            } else if since <= self.by {
                (self.last_slot, self.stepped_over) = (Some(slot), 0);
                let bar = read(row)?.map(|value| (slot, Version { since, value }));
                self.known.bars.extend(bar);
                self.known.newest = self.known.newest.max(since);
            }
        }
        Ok(None)
    }
}

fn insert(
    connection: &Connection,
    (series_id, slot, since): (SeriesId, Slot, Revision),
    bar: &Bar,
) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO bar (series_id, slot, since, open_time, date, open, high, low, close,
                          adj_close, volume, provisional)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    insert.execute(params![
        series_id.0,
        slot.number(),
        since,
        ms(bar.open_time),
        day(bar.date),
        number(bar.open),
        number(bar.high),
        number(bar.low),
        bar.close.get(),
        number(bar.adj_close),
        bar.volume,
        bar.provisional,
    ])?;
    Ok(())
}

/// Notes that a slot has a bar no more: a version that has no close.
fn end(
    connection: &Connection,
    (series_id, slot, since): (SeriesId, Slot, Revision),
) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO bar (series_id, slot, since, open_time, date, provisional)
         SELECT series_id, slot, ?3, open_time, date, 0 FROM bar
         WHERE series_id = ?1 AND slot = ?2 ORDER BY since DESC LIMIT 1",
    )?;
    insert.execute(params![series_id.0, slot.number(), since])?;
    Ok(())
}

/// Positions, not names: looking up ten names for each bar takes longer than
/// reading it. `None` where the version says that there is no bar.
fn read(row: &Row<'_>) -> Result<Option<Bar>> {
    let Some(close) = price_if_any(row, 5)? else { return Ok(None) };
    Ok(Some(Bar {
        open_time: instant(row, 0)?,
        date: date_of(row, 1)?,
        open: price_if_any(row, 2)?,
        high: price_if_any(row, 3)?,
        low: price_if_any(row, 4)?,
        close,
        adj_close: price_if_any(row, 6)?,
        volume: row.get(7)?,
        provisional: row.get(8)?,
    }))
}

/// The slots that an answer lacked some time ago.
fn missed(
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
fn note_missed(
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::open;

    #[test]
    fn a_stretch_of_one_series_is_one_range_of_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let store = open::for_writing(&folder.path().join("prices.db")).unwrap();
        let mut explain = store.prepare(&format!("EXPLAIN QUERY PLAN {STRETCH}")).unwrap();
        let steps = explain.query_map([0, 0, 0], |row| row.get("detail")).unwrap();
        let steps: Vec<String> = steps.collect::<Result<_>>().unwrap();
        // One step, so no sorting either.
        let range = "SEARCH bar USING PRIMARY KEY (series_id=? AND slot>? AND slot<?)";
        assert_eq!(steps, [range]);
    }
}
